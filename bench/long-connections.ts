import type { Socket } from 'node:net';
import { once } from 'node:events';
import { slowBytes } from './load-app.ts';
import { openSocket, type Door } from './steady-requests.ts';

/** A response of ten seconds, a few bytes a second. */
export interface SlowResponse {
  /** Whether all of it came. */
  readonly whole: Promise<boolean>;
}

/** Resolves once the response has begun. */
export async function openSlow(door: Door): Promise<SlowResponse> {
  const socket = await openSocket(door.port);
  let seen = '';
  socket.on('data', (chunk) => {
    seen += String(chunk);
    if (body(seen).length === slowBytes) socket.end();
  });
  const whole = new Promise<boolean>((resolve) => {
    socket.on('close', () => resolve(body(seen).length === slowBytes));
  });
  socket.write(`GET /slow HTTP/1.1\r\nHost: ${door.host}\r\n\r\n`);
  await Promise.race([once(socket, 'data'), whole]);
  return { whole };
}

function body(seen: string): string {
  const end = seen.indexOf('\r\n\r\n');
  return end === -1 ? '' : seen.slice(end + 4);
}

/** A WebSocket that sends a frame each second and gets it back. */
export class PingedSocket {
  readonly openedAt = Date.now();
  closedAt: number | undefined;
  sent = 0;
  echoed = 0;
  /** When it has closed, whoever did it. */
  readonly closed: Promise<unknown>;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    const timer = setInterval(() => this.#ping(), 1000);
    socket.on('data', (chunk) => {
      this.echoed += chunk.length / frame.length;
    });
    this.closed = once(socket, 'close').then(() => {
      clearInterval(timer);
      this.closedAt = Date.now();
      return undefined;
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #ping(): void {
    this.#socket.write(frame);
    this.sent += 1;
  }
}

/** A masked ping frame without content: RFC 6455, 5.2. */
const frame = Buffer.from([0x89, 0x80, 1, 2, 3, 4]);

/** Resolves once the app took the upgrade; throws where it, or the router, answers otherwise. */
export async function openPinged(door: Door): Promise<PingedSocket> {
  const socket = await openSocket(door.port);
  const words = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13';
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(`GET / HTTP/1.1\r\nHost: ${door.host}\r\n${words}\r\n${key}\r\n\r\n`);
  let head = '';
  while (!head.includes('\r\n\r\n')) head += String((await once(socket, 'data'))[0]);
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`The WebSocket was not opened: ${head}`);
  return new PingedSocket(socket);
}
