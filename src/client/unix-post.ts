import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { systemCode } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import { ResponseError, type ResponseHead, ResponseParser } from './response-parser.ts';

export interface UnixPost {
  readonly socketPath: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent with its length, a stream in chunks as it comes. */
  readonly body: string | Readable;
  /** Closes the connection. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One POST over a unix socket, on a connection of its own; `onBody` gets the answer as it comes, no faster than it takes. Over node:net, because
 * loading node:http costs a short-lived program 7 ms (measured). Resolves when the answer is whole. Throws
 * E_DAEMON_DOWN when nobody listens or the answer is broken off, E_NOT_ALLOWED when the socket may not be opened, and
 * the signal's reason when it is aborted.
 */
export function unixPost(
  post: UnixPost,
  onBody: (bytes: Buffer, head: ResponseHead) => Promise<unknown> | undefined,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    const socket = connect(post.socketPath);
    const abort = () => socket.destroy(asError(post.signal?.reason));
    let head: ResponseHead = { status: 0, headers: new Map() };
    let whole = false;
    const parser = new ResponseParser({
      onHead: (answered) => (head = answered),
      onBody: (bytes) => holdBack(socket, onBody(bytes, head)),
      onEnd: () => {
        whole = true;
        socket.destroy();
      },
    });
    socket.on('data', (bytes: Buffer) => attempt(socket, () => parser.push(bytes)));
    socket.on('end', () => attempt(socket, () => parser.close()));
    socket.on('error', (error) => reject(post.signal?.aborted ? error : explained(error, post.socketPath)));
    socket.on('close', () => {
      post.signal?.removeEventListener('abort', abort);
      if (typeof post.body !== 'string') post.body.destroy();
      if (whole) resolve(head);
      else reject(brokenOff());
    });
    post.signal?.addEventListener('abort', abort);
    if (post.signal?.aborted) abort();
    else send(socket, post);
  });
}

/** No more is read while what was read is on its way. */
function holdBack(socket: Socket, done: Promise<unknown> | undefined): void {
  if (done === undefined) return;
  socket.pause();
  void done.finally(() => socket.resume());
}

/** An error in what handles the answer ends the connection, and comes out of the promise. */
function attempt(socket: Socket, work: () => void): void {
  try {
    work();
  } catch (error) {
    socket.destroy(asError(error));
  }
}

function send(socket: Socket, { path, headers, body }: UnixPost): void {
  const coding =
    typeof body === 'string' ? `Content-Length: ${Buffer.byteLength(body)}` : 'Transfer-Encoding: chunked';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${checkedValue(value)}`);
  socket.write([`POST ${path} HTTP/1.1`, 'Host: slipway', coding, ...lines, '', ''].join('\r\n'));
  if (typeof body === 'string') socket.write(body);
  else sendChunks(socket, body);
}

function sendChunks(socket: Socket, body: Readable): void {
  body.on('data', (chunk: Buffer | string) => {
    const bytes = Buffer.from(chunk);
    if (bytes.length === 0) return;
    socket.write(`${bytes.length.toString(16)}\r\n`);
    socket.write(bytes);
    if (!socket.write('\r\n')) body.pause();
  });
  socket.on('drain', () => body.resume());
  body.on('end', () => socket.write('0\r\n\r\n'));
  body.on('error', (error) => socket.destroy(error));
}

function checkedValue(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value))
    throw new Error('a header of a request has bytes that no header can carry');
  return value;
}

function explained(error: Error, socketPath: string): Error {
  const code = systemCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return failure('E_DAEMON_DOWN', `slipwayd does not answer at ${socketPath}; apps run on without it`, {
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return failure('E_NOT_ALLOWED', `You may not open ${socketPath}`, {
      hint: 'run it as root, or over ssh',
      cause: error,
    });
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || error instanceof ResponseError) return brokenOff(error);
  return error;
}

function brokenOff(cause?: unknown): Error {
  const hint = 'slipway jobs and slipway deploys APP show what became of the work';
  return failure('E_DAEMON_DOWN', 'slipwayd broke off its answer', { hint, cause });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
