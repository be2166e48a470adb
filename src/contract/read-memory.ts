import { failure } from '../model/failures.ts';
import { parseSize } from '../model/size.ts';

/** Docker takes no less. */
const leastMemory = 6 * 1024 ** 2;

/** Bytes; a number alone is MB, as people who come from Dokku write it. Throws E_INPUT. */
export function readMemory(word: string): number {
  const bytes = parseSize(/^\d+$/.test(word) ? `${word}M` : word);
  if (bytes < leastMemory) throw failure('E_INPUT', 'A limit of memory is at least 6M');
  return bytes;
}
