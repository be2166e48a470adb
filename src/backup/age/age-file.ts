import { randomBytes } from 'node:crypto';
import type { ByteReader } from '../../base/byte-reader.ts';
import type { Failure } from '../../base/failure.ts';
import { inPieces } from '../../base/pieces.ts';
import type { Encryption, Opening } from '../../model/age-key.ts';
import { failure } from '../../model/failures.ts';
import { decryptedBy, derivedKey, encryptedBy, tagLength } from './age-cipher.ts';
import { ageHeader, ageIntro, parseAgeHeader } from './age-header.ts';
import { openedStanza, stanzasFor } from './age-stanzas.ts';

/*
 * Files of age (https://age-encryption.org/v1), which Debian's `age` opens: a head, then pieces of 64 KiB, each with a
 * tag; the number of a piece and whether it is the last are part of what its tag proves.
 */

const pieceSize = 64 * 1024;
const nonceLength = 16;
/** More than this before the first piece is no head that anybody writes. */
const longestHead = 64 * 1024;

/** Whether a file begins as those of age do. */
export function isAge(start: Uint8Array): boolean {
  return Buffer.from(start).subarray(0, ageIntro.length).toString('latin1') === ageIntro;
}

/** A stream as a file of age. Throws E_INPUT for a recipient that is none. */
export async function* ageEncrypted(
  source: AsyncIterable<Uint8Array>,
  encryption: Encryption,
): AsyncGenerator<Buffer> {
  const fileKey = randomBytes(16);
  const nonce = randomBytes(nonceLength);
  yield Buffer.concat([ageHeader(await stanzasFor(encryption, fileKey), fileKey), nonce]);
  const key = derivedKey(fileKey, nonce, 'payload');
  let count = 0n;
  for await (const { bytes, last } of inPieces(source, pieceSize)) {
    yield encryptedBy(key, pieceNonce(count, last), bytes);
    count += 1n;
  }
}

/**
 * What a file of age holds, each piece only after its tag was checked. Throws E_BACKUP_KEY where it is not for this
 * identity or passphrase, E_BACKUP_DAMAGED where it was changed or ends early.
 */
export async function* ageDecrypted(file: ByteReader, opening: Opening): AsyncGenerator<Buffer> {
  const fileKey = await fileKeyOf(await headLines(file), opening);
  const key = derivedKey(fileKey, await file.take(nonceLength), 'payload');
  let count = 0n;
  for await (const { bytes, last } of inPieces(file.rest(), pieceSize + tagLength)) {
    const text = decryptedBy(key, pieceNonce(count, last), bytes);
    // Only what is empty as a whole has an empty last piece.
    if (!text || (text.length === 0 && count > 0n))
      throw damaged('a piece of it was changed, or it ends early');
    yield text;
    count += 1n;
  }
}

async function fileKeyOf(lines: readonly string[], opening: Opening): Promise<Buffer> {
  const header = parseAgeHeader(lines);
  if (!header) throw damaged('its head cannot be read');
  const fileKey = await openedStanza(header.stanzas, opening);
  if (!fileKey) throw wrongKey(opening);
  if (!header.isSealedBy(fileKey)) throw damaged('its head was changed');
  return fileKey;
}

async function headLines(file: ByteReader): Promise<string[]> {
  const lines: string[] = [];
  let left = longestHead;
  while (left > 0 && lines.at(-1)?.startsWith('--- ') !== true) {
    const line = await file.line(left);
    if (line === undefined) break;
    lines.push(line);
    left -= line.length + 1;
  }
  return lines;
}

function pieceNonce(count: bigint, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(count, 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function wrongKey({ by }: Opening): Failure {
  const what = by === 'identity' ? 'this secret key' : 'this passphrase';
  return failure('E_BACKUP_KEY', `The backup cannot be opened with ${what}`);
}

function damaged(why: string): Failure {
  return failure('E_BACKUP_DAMAGED', `The backup is damaged: ${why}`);
}
