import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where an app answers. */
export interface Door {
  readonly port: number;
  readonly host: string;
}

/** One request that was answered; times in ms since 1970, as the app's processes tell theirs. */
export interface Sample {
  readonly sentAt: number;
  /** Milliseconds from the last byte sent to the last byte come. */
  readonly took: number;
  /** When the process that answered began. */
  readonly began: number;
}

export interface LoadSeen {
  readonly samples: readonly Sample[];
  /** Requests that got no answer, half an answer or a wrong one; with what was seen. */
  readonly broken: readonly string[];
}

/** A body small enough for one packet. */
const small = 'x'.repeat(64);

/**
 * So many requests a second in all, over plain keep-alive connections: three GETs, then a POST, and so on. What is late
 * is not left out. Nothing is sent twice: what a client without retries would lose is counted.
 */
export class SteadyRequests {
  readonly #samples: Sample[] = [];
  readonly #broken: string[] = [];
  readonly #workers: Promise<void>[];
  #running = true;

  constructor(door: Door, rate: number, connections = 20) {
    const gap = (connections * 1000) / rate;
    this.#workers = Array.from({ length: connections }, (_, at) => this.#work(door, gap, at / connections));
  }

  async stop(): Promise<LoadSeen> {
    this.#running = false;
    await Promise.all(this.#workers);
    return { samples: this.#samples, broken: this.#broken };
  }

  async #work(door: Door, gap: number, phase: number): Promise<void> {
    const connection = new Connection(door);
    let due = performance.now() + phase * gap;
    for (let count = 0; ; count += 1, due += gap) {
      await sleep(Math.max(0, due - performance.now()));
      if (!this.#running) break;
      try {
        this.#samples.push(await ask(connection, count % 4 === 3 ? small : ''));
      } catch (error) {
        this.#broken.push(`${new Date().toISOString()} ${String(error)}`);
      }
    }
    connection.close();
  }
}

async function ask(connection: Connection, body: string): Promise<Sample> {
  const sentAt = Date.now();
  const from = performance.now();
  const { status, text } = await connection.send(body);
  const took = performance.now() - from;
  const [began, size] = text.split(' ').map(Number);
  if (status !== 200 || began === undefined || size !== body.length)
    throw new Error(`${body === '' ? 'GET' : 'POST'} answered by ${status} ${JSON.stringify(text)}`);
  return { sentAt, took, began };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One connection at a time, opened anew when the other end closed the last one between two requests. */
class Connection {
  readonly #door: Door;
  #socket: Socket | undefined;

  constructor(door: Door) {
    this.#door = door;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async send(body: string): Promise<Answer> {
    this.#socket ??= await this.#open();
    const socket = this.#socket;
    const method = body === '' ? 'GET' : 'POST';
    const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
    const { promise, resolve, reject } = Promise.withResolvers<ParsedAnswer>();
    let seen = '';
    const onData = (chunk: Buffer) => {
      seen += chunk.toString('latin1');
      const answer = parse(seen);
      if (answer) resolve(answer);
    };
    const onClose = () => reject(new Error(`${method} cut after ${seen.length} bytes of its answer`));
    socket.on('data', onData).on('close', onClose);
    socket.write(`${method} / HTTP/1.1\r\nHost: ${this.#door.host}\r\n${length}\r\n${body}`);
    try {
      const answer = await promise;
      if (answer.last) this.close();
      return answer;
    } finally {
      socket.off('data', onData).off('close', onClose);
    }
  }

  async #open(): Promise<Socket> {
    const socket = await openSocket(this.#door.port);
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }
}

/** A connection to 127.0.0.1 whose errors show as its close. */
export async function openSocket(port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
  socket.on('error', reject);
  return promise;
}

interface ParsedAnswer extends Answer {
  /** The other end closes the connection after it. */
  readonly last: boolean;
}

function parse(seen: string): ParsedAnswer | undefined {
  const end = seen.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = seen.slice(0, end).toLowerCase();
  const text = seen.slice(end + 4);
  const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  if (text.length < length) return undefined;
  return { status: Number(head.split(' ')[1]), text, last: head.includes('\r\nconnection: close') };
}
