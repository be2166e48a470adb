import type { IncomingMessage } from 'node:http';
import { failure } from '../model/failures.ts';

/** Longest body that is kept in memory, in bytes. */
const longestBody = 1024 * 1024;

/** The whole body as text. Throws E_INPUT for one that is too long, of which no more is kept. */
export async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // The connection stays open for the answer, where this ends before the body does.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    parts.push(part);
    bytes += part.length;
    if (bytes > longestBody) throw failure('E_INPUT', 'The request is too long');
  }
  return Buffer.concat(parts).toString('utf8');
}
