import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
  /** A connection that ended with a request under way, or a status of 500 and above; with what was seen. */
  readonly failures: readonly string[];
  /** Body -> how often it was the answer. */
  readonly bodies: ReadonlyMap<string, number>;
}

/**
 * Plain keep-alive connections, one request after another on each, until `stop`. No retry: what a client with a POST
 * would lose is counted.
 */
export class SteadyLoad {
  readonly #port: number;
  readonly #host: string;
  readonly #bodies = new Map<string, number>();
  readonly #failures: string[] = [];
  #sent = 0;
  #answered = 0;
  #running = true;
  readonly #workers: Promise<void>[];

  constructor(options: { port: number; host: string; connections: number; pause: number }) {
    this.#port = options.port;
    this.#host = options.host;
    this.#workers = Array.from({ length: options.connections }, () => this.#work(options.pause));
  }

  async stop(): Promise<LoadResult> {
    this.#running = false;
    await Promise.all(this.#workers);
    return { sent: this.#sent, answered: this.#answered, failures: this.#failures, bodies: this.#bodies };
  }

  async #work(pause: number): Promise<void> {
    let socket: Socket | undefined;
    while (this.#running) {
      this.#sent += 1;
      try {
        socket ??= await opened(this.#port);
        const { status, body, close } = await ask(socket, this.#host);
        this.#answered += 1;
        this.#bodies.set(body, (this.#bodies.get(body) ?? 0) + 1);
        if (status >= 500) this.#failures.push(`status ${status}`);
        if (close) socket = undefined;
      } catch (error) {
        this.#failures.push(String(error));
        socket = undefined;
      }
      await sleep(pause);
    }
    socket?.destroy();
  }
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** One request on an open connection; the answer must have a Content-Length or be chunked. */
function ask(socket: Socket, host: string): Promise<{ status: number; body: string; close: boolean }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (finish: () => void) => {
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
      socket.on('error', () => {});
      finish();
    };
    socket.on('data', (chunk) => {
      text += String(chunk);
      const answer = parse(text);
      if (answer) done(() => resolve(answer));
    });
    socket.on('close', () => done(() => reject(new Error(`connection closed after ${text.length} bytes`))));
    socket.on('error', (error) => done(() => reject(error)));
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
}

function parse(text: string): { status: number; body: string; close: boolean } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const rest = text.slice(end + 4);
  const status = Number(head.split(' ')[1]);
  const close = head.includes('\r\nconnection: close');
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length !== undefined)
    return rest.length >= Number(length) ? { status, close, body: rest.slice(0, Number(length)) } : undefined;
  if (!rest.endsWith('0\r\n\r\n')) return undefined;
  return {
    status,
    close,
    body: rest
      .split('\r\n')
      .filter((_, at) => at % 2 === 1)
      .join(''),
  };
}
