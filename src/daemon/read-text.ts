import type { IncomingMessage } from 'node:http';
import { failure } from '../model/failures.ts';

/** Longest body that is kept in memory, in bytes. */
const longestBody = 1024 * 1024;

/**
 * The whole body as text. Throws E_CANCELLED for one that is broken off, and E_INPUT for what is no UTF-8 or too long: its
 * rest is read and dropped first, since who still sends does not read the answer.
 */
export async function readText(request: IncomingMessage): Promise<string> {
  return decodeText(await readBytes(request));
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= longestBody) parts.push(part);
    });
    request.on('end', () => {
      if (bytes > longestBody) reject(failure('E_INPUT', 'The request is too long'));
      else resolve(Buffer.concat(parts));
    });
    // One that was broken off before anybody listened tells nothing more.
    if (request.destroyed) reject(failure('E_CANCELLED', 'The request was broken off'));
    request.on('error', (cause) => reject(failure('E_CANCELLED', 'The request was broken off', { cause })));
  });
}

/** Throws E_INPUT for bytes that are no UTF-8: what would stand in their place is not what was sent. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw failure('E_INPUT', 'The request is not UTF-8', { cause });
  }
}
