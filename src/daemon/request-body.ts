import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { failure } from '../model/failures.ts';

/** Milliseconds for the rest of a body that nobody wants any more. */
const patience = 10_000;

/**
 * The body of a request as a stream that whoever reads it may destroy: the connection, and with it the answer, stays.
 * It fails where the client goes away in the middle.
 */
export function requestBody(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.pipe(body);
  request.once('close', () => {
    if (!request.complete)
      body.destroy(failure('E_CANCELLED', 'The client went away in the middle of its request'));
  });
  // A reader that gave up is no reason for an unhandled error.
  body.on('error', () => {});
  return body;
}

/** Reads and drops what is left: a client that is cut off while it sends shows that, and not why it was cut off. */
export async function dropRest(request: IncomingMessage): Promise<void> {
  const { socket } = request;
  if (request.complete || socket.destroyed) return;
  request.unpipe();
  request.resume();
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(patience)]);
  const ends = [once(request, 'end', { signal }), once(socket, 'close', { signal })];
  await Promise.race(ends).catch(() => {});
  stop.abort();
  await Promise.allSettled(ends);
}
