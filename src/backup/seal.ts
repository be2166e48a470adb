import { finished, pipeline, Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { ByteReader } from '../base/byte-reader.ts';
import { systemCode } from '../base/failure.ts';
import type { Encryption, Opening } from '../model/age-key.ts';
import { failure } from '../model/failures.ts';
import { ageDecrypted, ageEncrypted, isAge } from './age/age-file.ts';

/*
 * The format of a backup file: zstd (RFC 8878) with a checksum, then, where wished, age. Both can be undone by hand:
 * `age -d -i KEY FILE | zstd -d`.
 */

/** Bytes in a buffer between two steps. With Node's own 64 KiB a tenth less goes through. */
const buffered = 256 * 1024;
/** The stream's own options are handed on to it, though the types of Node do not tell. */
const buffers = { readableHighWaterMark: 2 * buffered, writableHighWaterMark: 2 * buffered };
/** The four bytes that a zstd frame begins with. */
const zstdStart = 0xfd2fb528;

/** What the dump is, compressed and encrypted. Flat in memory; fails with what the source fails with. */
export function sealed(source: Readable, encryption: Encryption | null): Readable {
  const params = { [constants.ZSTD_c_checksumFlag]: 1 };
  const packed = createZstdCompress({ ...buffers, chunkSize: buffered, params });
  pipeline(source, packed, () => {});
  return encryption ? readable(ageEncrypted(packed, encryption), source) : packed;
}

/**
 * What was sealed. A backup that is not whole ends in E_BACKUP_DAMAGED, never as if that were all; E_BACKUP_KEY where
 * it is encrypted and not for this opening.
 */
export function unsealed(source: Readable, opening: Opening | null): Readable {
  return readable(opened(source, opening), source);
}

async function* opened(source: Readable, opening: Opening | null): AsyncGenerator<Buffer> {
  const file = new ByteReader(source);
  if (!isAge(await file.peek(64))) {
    yield* unpacked(file);
    return;
  }
  if (!opening) throw failure('E_BACKUP_KEY', 'The backup is encrypted, and no key was given');
  yield* unpacked(new ByteReader(ageDecrypted(file, opening)));
}

async function* unpacked(file: ByteReader): AsyncGenerator<Buffer> {
  const start = await file.peek(4);
  if (start.length < 4 || start.readUInt32LE() !== zstdStart)
    throw failure('E_BACKUP_DAMAGED', 'The backup is damaged: it does not begin as one');
  const text = createZstdDecompress({ ...buffers, chunkSize: buffered });
  pipeline(Readable.from(file.rest(), { objectMode: false }), text, () => {});
  try {
    yield* text as AsyncIterable<Buffer>;
  } catch (error) {
    if (!/^(ZSTD_|Z_)/.test(systemCode(error) ?? '')) throw error;
    throw failure('E_BACKUP_DAMAGED', 'The backup is damaged: it cannot be decompressed', { cause: error });
  }
}

/** A stream that also lets go of its source when nobody wants it any more, even before it was begun. */
function readable(bytes: AsyncGenerator<Buffer>, source: Readable): Readable {
  const stream = Readable.from(bytes, { objectMode: false, highWaterMark: buffered });
  finished(stream, () => source.destroy());
  return stream;
}
