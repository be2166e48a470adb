import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CommandMessage } from '../../src/contract/message.ts';

/** One request as it came in, for tests to look at. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** Resolves when the caller is gone, or its answer has ended. */
  readonly closed: Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, seen: Seen) => Promise<void> | void;

/** A plain HTTP server on a unix socket: what is at the other end of our programs' connections in their tests. */
export class OtherEnd {
  readonly socketPath: string;
  readonly seen: Seen[] = [];
  answer: Answer;
  readonly #server: Server;

  constructor(socketPath: string, answer: Answer = (_request, response) => void response.end()) {
    this.socketPath = socketPath;
    this.answer = answer;
    this.#server = createServer((request, response) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      response.on('close', resolve);
      const { method, headers } = request;
      const seen = { method, url: new URL(request.url ?? '/', 'http://slipway'), headers, closed: promise };
      this.seen.push(seen);
      void this.answer(request, response, seen);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(this.socketPath, resolve);
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

/** Answers a command with these messages. */
export function messages(response: ServerResponse, ...all: readonly CommandMessage[]): void {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  for (const message of all) response.write(`${JSON.stringify(message)}\n`);
  response.end();
}

/** The command of a request: in its body, or in a header where standard input is the body. */
export async function commandOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const header = request.headers['slipway-command'];
  const json = typeof header === 'string' ? Buffer.from(header, 'base64url').toString() : await text(request);
  return JSON.parse(json) as Record<string, unknown>;
}
