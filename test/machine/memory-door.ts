import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request, type Server } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { faces } from '../../src/daemon/faces.ts';
import { type Door, listen, rootActor } from '../../src/daemon/server.ts';
import type { MemoryDeps } from './memory-deps.ts';

/** What came back over the socket. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** The connection was cut before the body's end. */
  readonly isCut: boolean;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/** All faces of slipwayd at a unix socket in the folder of a machine in memory. */
export class MemoryDoor {
  readonly path: string;
  readonly #server: Server;

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
  }

  static async open(deps: MemoryDeps, actor: Door['actor'] = rootActor): Promise<MemoryDoor> {
    const path = join(deps.settings.root, 'door.sock');
    return new MemoryDoor(path, await listen({ path, mode: 0o600, gid: 0, actor }, faces(deps)));
  }

  /** Sends a request; its whole answer. */
  async ask(path: string, asked: Asked = {}): Promise<Reply> {
    const sent = this.send(path, asked);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return readReply(response);
  }

  /** Sends JSON; the messages of the answer, a line each. */
  async tell(path: string, body: unknown): Promise<{ status: number; messages: readonly Message[] }> {
    const { status, body: answer } = await this.ask(path, { body: JSON.stringify(body) });
    return { status, messages: answer.split('\n').filter(Boolean).map(parseMessage) };
  }

  /** Sends a request and leaves the rest to the caller. */
  send(path: string, { method = 'POST', headers = {}, body = '' }: Asked = {}): ClientRequest {
    const sent = request({ socketPath: this.path, path, method, headers: { ...headers }, agent: false });
    if (typeof body === 'string') sent.end(body);
    else body.on('error', () => {}).pipe(sent);
    return sent;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

export type Message = Readonly<Record<string, unknown>>;

function parseMessage(line: string): Message {
  return JSON.parse(line) as Message;
}

export async function readReply(response: IncomingMessage): Promise<Reply> {
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  const isCut = await new Promise<boolean>((resolve) => {
    response.on('end', () => resolve(false)).on('error', () => resolve(true));
  });
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8'), isCut };
}
