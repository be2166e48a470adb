import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Endpoint } from '../model/route.ts';

/** Real processes behind the router, for its tests: each answers with its own id. */
export class Backends {
  readonly #servers = new Map<string, Server>();

  /**
   * The endpoint of this id. Paths: `/slow` answers after a second, `/headers` with what came, `/empty` closes without
   * an answer, `/broken` in the middle of one, `/error` has status 500, `/poll` is not answered, `/events` has an answer
   * without an end, `/download` one that takes a second; a request to upgrade gets an echo of what is sent.
   */
  async endpoint(id: string): Promise<Endpoint> {
    const server = this.#servers.get(id) ?? (await startBackend(id));
    this.#servers.set(id, server);
    return { id, address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }

  stop(id: string): void {
    this.#servers.get(id)?.close();
    this.#servers.get(id)?.closeAllConnections();
    this.#servers.delete(id);
  }

  close(): void {
    for (const id of this.#servers.keys()) this.stop(id);
  }
}

type Answer = (outgoing: ServerResponse, incoming: IncomingMessage) => void;

function answers(id: string): Readonly<Record<string, Answer>> {
  return {
    '/empty': (_outgoing, incoming) => incoming.socket.destroy(),
    '/slow': (outgoing) => setTimeout(() => outgoing.end(id), 1000),
    '/headers': (outgoing, incoming) => outgoing.end(JSON.stringify(incoming.headers)),
    '/error': (outgoing) => outgoing.writeHead(500).end(id),
    '/poll': () => {},
    '/events': (outgoing) => outgoing.write('data: one\n\n'),
    '/download': (outgoing) => {
      outgoing.write('first, ');
      setTimeout(() => outgoing.end('last'), 1000);
    },
    '/broken': (outgoing, incoming) => {
      outgoing.writeHead(200, { 'content-length': 1000 }).write('first');
      setTimeout(() => incoming.socket.destroy(), 50);
    },
  };
}

async function startBackend(id: string): Promise<Server> {
  const answer = answers(id);
  const server = createServer((incoming, outgoing) => {
    const special = answer[incoming.url ?? ''];
    if (special) special(outgoing, incoming);
    else outgoing.end(id);
  });
  server.on('upgrade', (_incoming, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return server;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface GetMore {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** By https, whatever certificate is shown. */
  readonly secure?: boolean;
}

/** One GET on a connection of its own. */
export function get(port: number, host: string, more: GetMore = {}): Promise<Reply> {
  const { path = '/', headers = {}, secure = false } = more;
  const place = { port, host: '127.0.0.1', path, agent: false as const, headers: { ...headers, host } };
  const trusting = { ...place, servername: host, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const take = (incoming: IncomingMessage) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
      );
      incoming.on('error', reject);
    };
    const outgoing = secure ? secureRequest(trusting, take) : request(place, take);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** A client that sends one request after another on one connection, as a browser does, and never tries one twice. */
export class KeepAliveClient {
  readonly answers: string[] = [];
  failed = 0;
  readonly #port: number;
  readonly #host: string;
  readonly #secure: boolean;
  #stopped = false;
  #socket: Socket | undefined;

  constructor(port: number, host: string, secure = false) {
    this.#port = port;
    this.#host = host;
    this.#secure = secure;
  }

  /** Sends requests, with a pause of some ms after each, until `stop` is called. */
  async run(pause: number): Promise<void> {
    while (!this.#stopped) {
      const answer = await this.ask().catch(() => undefined);
      if (answer === undefined) this.failed += 1;
      else this.answers.push(answer);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#socket?.destroy();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The body of one answer; a connection that closes or answers with another status than 200 is a failure. */
  ask(path = '/'): Promise<string> {
    const socket = this.#connected();
    return new Promise((resolve, reject) => {
      let text = '';
      const end = (result: () => void) => {
        socket.removeAllListeners('data').removeAllListeners('close');
        result();
      };
      socket.on('close', () => end(() => reject(new Error('closed'))));
      socket.on('data', (chunk) => {
        text += String(chunk);
        const [, head, body = ''] = /^([\s\S]*?)\r\n\r\n([\s\S]*)$/.exec(text) ?? [];
        if (head === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Infinity))
          return;
        if (/^connection: close/im.test(head)) socket.destroy();
        end(() => (head.startsWith('HTTP/1.1 200') ? resolve(body) : reject(new Error(head))));
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
    });
  }

  #connected(): Socket {
    if (!this.#socket || this.#socket.destroyed) {
      this.#socket = this.#secure
        ? connectSecure({
            port: this.#port,
            host: '127.0.0.1',
            servername: this.#host,
            rejectUnauthorized: false,
          })
        : connect(this.#port, '127.0.0.1');
      this.#socket.on('error', () => {});
    }
    return this.#socket;
  }
}

/** A GET whose answer does not end, or does not even begin; `closed` tells what came until the router ended it. */
export function openGet(
  port: number,
  host: string,
  path: string,
): { readonly closed: Promise<string>; began(): Promise<void>; destroy(): void } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return {
    closed: new Promise((resolve) => socket.once('close', () => resolve(text))),
    began: () => new Promise((resolve) => socket.once('data', () => resolve())),
    destroy: () => socket.destroy(),
  };
}

/** An upgraded connection that the app echoes on; resolves once it echoed. */
export function openEcho(port: number, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('\r\n\r\n')) socket.write('ping');
      if (text.endsWith('ping')) resolve(socket);
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`);
  });
}
