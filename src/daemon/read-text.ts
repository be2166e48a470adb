import type { IncomingMessage } from 'node:http';
import { failure } from '../model/failures.ts';

/** Longest body that is kept in memory, in bytes. */
const longestBody = 1024 * 1024;

/**
 * The whole body as text. Throws E_CANCELLED for one that is broken off, and E_INPUT for one that is too long: its rest
 * is read and dropped first, since who still sends does not read the answer.
 */
export function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= longestBody) parts.push(part);
    });
    request.on('end', () => {
      if (bytes <= longestBody) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(failure('E_INPUT', 'The request is too long'));
    });
    // One that was broken off before anybody listened tells nothing more.
    if (request.destroyed) reject(failure('E_CANCELLED', 'The request was broken off'));
    request.on('error', (cause) => reject(failure('E_CANCELLED', 'The request was broken off', { cause })));
  });
}
