import { randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** A random name of lowercase letters and digits, for things that need no more than to be told apart. */
export function randomId(length = 8): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
