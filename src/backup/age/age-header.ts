import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey } from './age-cipher.ts';

export const ageIntro = 'age-encryption.org/v1';
const empty = new Uint8Array();
const columns = 64;

/** One way to the key of a file: `-> TYPE ARGUMENT...` and a body. */
export interface Stanza {
  readonly words: readonly string[];
  readonly body: Uint8Array;
}

export interface AgeHeader {
  readonly stanzas: readonly Stanza[];
  /** Whether the header is the one that the holder of this key wrote. */
  isSealedBy(fileKey: Uint8Array): boolean;
}

/** The head of an age file, all before the nonce. Pure. */
export function ageHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Buffer {
  const text = [ageIntro, ...stanzas.flatMap(stanzaLines), '---'].join('\n');
  return Buffer.from(`${text} ${base64(macOf(text, fileKey))}\n`);
}

/** Reads the lines of a head; undefined where they are none. Pure. */
export function parseAgeHeader(lines: readonly string[]): AgeHeader | undefined {
  const last = /^--- ([A-Za-z0-9+/]{43})$/.exec(lines.at(-1) ?? '')?.[1];
  if (lines[0] !== ageIntro || last === undefined) return undefined;
  const stanzas = stanzasIn(lines.slice(1, -1));
  const text = [...lines.slice(0, -1), '---'].join('\n');
  const mac = Buffer.from(last, 'base64');
  return stanzas && { stanzas, isSealedBy: (fileKey) => timingSafeEqual(macOf(text, fileKey), mac) };
}

/** Base64 without padding, as age writes all bytes of a head. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function macOf(text: string, fileKey: Uint8Array): Buffer {
  return createHmac('sha256', derivedKey(fileKey, empty, 'header'))
    .update(text)
    .digest();
}

/** The body is wrapped at 64 columns and ends with a shorter line, if need be an empty one. */
function stanzaLines({ words, body }: Stanza): string[] {
  const text = base64(body);
  const count = Math.floor(text.length / columns) + 1;
  const lines = Array.from({ length: count }, (_, at) => text.slice(at * columns, (at + 1) * columns));
  return [`-> ${words.join(' ')}`, ...lines];
}

function stanzasIn(lines: readonly string[]): Stanza[] | undefined {
  const stanzas: Stanza[] = [];
  let at = 0;
  while (at < lines.length) {
    const words = /^-> ([!-~]+(?: [!-~]+)*)$/.exec(lines[at] ?? '')?.[1];
    const short = lines.findIndex((line, index) => index > at && line.length < columns);
    if (words === undefined || short === -1) return undefined;
    const body = Buffer.from(lines.slice(at + 1, short + 1).join(''), 'base64');
    stanzas.push({ words: words.split(' '), body });
    at = short + 1;
  }
  return stanzas;
}
