import { text } from 'node:stream/consumers';
import { failure } from '../model/failures.ts';
import type { Exchange } from './server.ts';

/** Longest JSON body, in bytes. */
const longestBody = 1024 * 1024;

/** The body as JSON. Throws E_INPUT for anything else, and for one that is too long. */
export async function readJson({ request }: Exchange): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? Number.NaN) > longestBody)
    throw failure('E_INPUT', 'The request is too long');
  const body = await text(request);
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch (cause) {
    throw failure('E_INPUT', 'The request is not JSON', { cause });
  }
}
