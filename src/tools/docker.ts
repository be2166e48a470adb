import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { lineSplitter } from '../base/line-splitter.ts';

/** The newest API version whose answers this program knows. */
const newest = [1, 47] as const;

/** Docker answered with an error, or could not be reached (`status` 0). */
export class DockerError extends Error {
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DockerError';
    this.status = status;
  }
}

/** The answer, or undefined where Docker says that what was asked for is not there (404). */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return undefined;
    throw error;
  }
}

export interface DockerRequest {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** An object is sent as JSON, a stream or bytes as they are. */
  readonly body?: object | Readable | Uint8Array;
  readonly headers?: OutgoingHttpHeaders;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Docker's Engine API over its unix socket, with the version that both sides know (`/_ping`).
 * See docs.docker.com/reference/api/engine. Every answer of 400 and above is thrown as DockerError.
 */
export class Docker {
  readonly socketPath: string;
  // No limit on sockets: streams that are followed (logs, events, waits) hold theirs for as long as they last.
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });
  #version: Promise<string> | undefined;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer as JSON; undefined for an empty one. */
  async json(method: string, path: string, options: DockerRequest = {}): Promise<unknown> {
    const response = await this.stream(method, path, options);
    const body = await text(response).catch((cause: Error) => {
      throw unreachable(cause, options.signal);
    });
    return body === '' ? undefined : (JSON.parse(body) as unknown);
  }

  /** The answer as a stream of bytes. Aborting the signal closes the connection. */
  async stream(method: string, path: string, options: DockerRequest = {}): Promise<IncomingMessage> {
    const response = await this.#send(method, await this.#versioned(path, options.query), options);
    return accepted(response);
  }

  /** Calls back with each JSON line of an answer that is a stream of them, until it ends. */
  async jsonLines(
    method: string,
    path: string,
    options: DockerRequest & { onValue: (value: unknown) => void },
  ): Promise<void> {
    const response = await this.stream(method, path, options);
    response.setEncoding('utf8');
    const lines = lineSplitter((line) => {
      if (line.trim() !== '') options.onValue(JSON.parse(line));
    });
    for await (const chunk of readable(response, options.signal)) lines.push(String(chunk));
    lines.end();
  }

  /** A connection that Docker hands over (attach, exec, session): raw bytes both ways. */
  async upgrade(
    method: string,
    path: string,
    options: DockerRequest & { protocol?: string } = {},
  ): Promise<Socket> {
    const url = await this.#versioned(path, options.query);
    const { headers, payload } = encode(options);
    return new Promise((resolve, reject) => {
      const sent = request({
        socketPath: this.socketPath,
        path: url,
        method,
        headers: { Host: 'docker', ...headers, Connection: 'Upgrade', Upgrade: options.protocol ?? 'tcp' },
        agent: false,
        ...(options.signal ? { signal: options.signal } : {}),
      });
      sent.on('upgrade', (_response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket as Socket);
      });
      sent.on('response', (response) =>
        accepted(response).then(
          () => reject(new DockerError(response.statusCode ?? 0, 'Docker did not hand over the connection')),
          reject,
        ),
      );
      sent.on('error', (cause) => reject(unreachable(cause, options.signal)));
      sent.end(payload instanceof Uint8Array || typeof payload === 'string' ? payload : undefined);
    });
  }

  /** The API version in use, such as `1.41`; asked for once, and again after a failure. */
  version(): Promise<string> {
    this.#version ??= this.#negotiate().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return this.#version;
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #negotiate(): Promise<string> {
    const response = await this.#send('GET', '/_ping', {});
    await text(response);
    const [major = 1, minor = 41] = String(response.headers['api-version'] ?? '1.41')
      .split('.')
      .map(Number);
    const older = major < newest[0] || (major === newest[0] && minor < newest[1]);
    return older ? `${major}.${minor}` : newest.join('.');
  }

  async #versioned(path: string, query: DockerRequest['query']): Promise<string> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) words.set(name, String(value));
    const search = words.size > 0 ? `?${words}` : '';
    return `/v${await this.version()}${path}${search}`;
  }

  #send(method: string, path: string, options: DockerRequest): Promise<IncomingMessage> {
    const { headers, payload } = encode(options);
    return new Promise((resolve, reject) => {
      const sent = request({
        socketPath: this.socketPath,
        path,
        method,
        headers: { Host: 'docker', ...headers },
        agent: this.#agent,
        ...(options.signal ? { signal: options.signal } : {}),
      });
      sent.on('response', resolve);
      sent.on('error', (cause) => reject(unreachable(cause, options.signal)));
      if (payload instanceof Readable) {
        // A stream that breaks is not Docker's fault: its own error is the reason. It is closed with the connection.
        payload.on('error', (error) => {
          reject(error);
          sent.destroy();
        });
        sent.on('close', () => payload.destroy());
        payload.pipe(sent);
      } else sent.end(payload);
    });
  }
}

/** The chunks of an answer; a connection that breaks off is a DockerError, an aborted one throws the signal's reason. */
async function* readable(response: Readable, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  const chunks = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: Error) => {
        throw unreachable(cause, signal);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A reader that gives up before the end: the connection would stay for ever.
    response.destroy();
  }
}

function encode({ body, headers = {} }: DockerRequest): {
  headers: OutgoingHttpHeaders;
  payload: Readable | Uint8Array | string | undefined;
} {
  if (body === undefined) return { headers, payload: undefined };
  if (body instanceof Readable || body instanceof Uint8Array) return { headers, payload: body };
  // Streams of other kinds, such as tar-stream's.
  if (Symbol.asyncIterator in body)
    return { headers, payload: Readable.from(body as AsyncIterable<Uint8Array>) };
  const payload = JSON.stringify(body);
  return {
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload), ...headers },
    payload,
  };
}

async function accepted(response: IncomingMessage): Promise<IncomingMessage> {
  const status = response.statusCode ?? 0;
  if (status < 400) return response;
  throw new DockerError(status, errorText(await text(response)));
}

function errorText(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // Not JSON: a proxy's page or plain text, shown as it is.
  }
  return body.trim() || 'no reason given';
}

function unreachable(cause: Error, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  return new DockerError(0, `Docker does not answer: ${cause.message}`, cause);
}
