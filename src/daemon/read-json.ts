import { failure } from '../model/failures.ts';
import { readText } from './read-text.ts';
import type { Exchange } from './server.ts';

/** The body as JSON, `{}` where there is none. Throws E_INPUT for anything else, and for one that is too long. */
export async function readJson({ request }: Pick<Exchange, 'request'>): Promise<unknown> {
  const body = await readText(request);
  return body === '' ? {} : parseJson(body);
}

/** Throws E_INPUT for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure('E_INPUT', 'The request is not JSON', { cause });
  }
}
