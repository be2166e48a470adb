import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { inPieces } from '../../base/pieces.ts';
import { retryUntil } from '../../base/retry.ts';
import { failure, isFailure } from '../../model/failures.ts';
import type { BackupTarget, StoredObject } from '../backup.ts';
import { checkObjectName } from '../object-name.ts';
import { s3Request, type S3Call, type S3Login, tag, tags } from './s3-request.ts';

/** Bytes of one part, all that is in memory at a time. With the 10,000 parts that S3 takes: 160 GB. */
const partBytes = 16 * 1024 * 1024;

/** Milliseconds; a part that cannot be sent in this time ends the backup. */
const patience = { firstPause: 500, maxPause: 5000, timeout: 60_000 };

/** Backups in a bucket of S3-compatible storage, below the folder `slipway`. */
export class S3Target implements BackupTarget {
  readonly #login: S3Login;
  readonly #ca: string;

  /** `ca`: further certificate authorities to trust, as PEM; empty: none. */
  constructor(login: S3Login, { ca }: { readonly ca: string }) {
    this.#login = login;
    this.#ca = ca;
  }

  /** In parts, which become one object only when all are there. */
  async write(
    name: string,
    source: Readable,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const object = objectOf(name);
    const uploadId = tag(
      await this.#text({ method: 'POST', name: object, query: { uploads: '' }, signal }),
      'UploadId',
    );
    if (uploadId === undefined) throw failure('E_BACKUP_TARGET', 'The storage began no upload');
    const hash = createHash('sha256');
    const etags: string[] = [];
    let bytes = 0;
    try {
      for await (const { bytes: part } of inPieces(source, partBytes)) {
        signal.throwIfAborted();
        hash.update(part);
        bytes += part.length;
        etags.push(await this.#part({ object, uploadId, number: etags.length + 1 }, part, signal));
      }
      await this.#complete(object, uploadId, etags);
    } catch (error) {
      source.destroy();
      await this.#text({ method: 'DELETE', name: object, query: { uploadId } }).catch(() => {});
      throw error;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  read(name: string): Promise<Readable> {
    return this.#ask({ method: 'GET', name: objectOf(name) });
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const more = token === undefined ? {} : { 'continuation-token': token };
      const query = { 'list-type': '2', prefix: `${root}${prefix}`, ...more };
      const page = await this.#text({ method: 'GET', name: '', query });
      found.push(...objectsIn(page));
      token = tag(page, 'NextContinuationToken');
    } while (token !== undefined);
    return found;
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#text({ method: 'DELETE', name: objectOf(name) });
    } catch (error) {
      if (!isFailure(error, 'E_NOT_FOUND')) throw error;
    }
  }

  /** Writes, reads and removes a small object. */
  async check(): Promise<void> {
    const name = objectOf('check');
    const body = Buffer.from('slipway');
    await this.#text({ method: 'PUT', name, body });
    const back = await buffer(await this.#ask({ method: 'GET', name }));
    await this.#text({ method: 'DELETE', name });
    if (!back.equals(body))
      throw failure('E_BACKUP_TARGET', 'The storage gives another thing than was stored');
  }

  /** Sends one part, again where the storage stumbles; gives its tag. */
  async #part(
    {
      object,
      uploadId,
      number,
    }: { readonly object: string; readonly uploadId: string; readonly number: number },
    body: Buffer,
    signal: AbortSignal,
  ): Promise<string> {
    let last: unknown;
    const query = { partNumber: String(number), uploadId };
    const send = async () => {
      try {
        const answer = await this.#ask({ method: 'PUT', name: object, query, body, signal });
        answer.resume();
        return answer.headers.etag;
      } catch (error) {
        if (signal.aborted) throw error;
        last = error;
        return undefined;
      }
    };
    const etag = await retryUntil(send, { ...patience, signal });
    if (etag === undefined) throw last;
    return etag;
  }

  /** The answer may be 200 and tell an error all the same (API reference, CompleteMultipartUpload). */
  async #complete(object: string, uploadId: string, etags: readonly string[]): Promise<void> {
    const parts = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
    const answer = await this.#text({ method: 'POST', name: object, query: { uploadId }, body });
    const code = tag(answer, 'Code');
    if (code !== undefined) throw failure('E_BACKUP_TARGET', `The storage did not take the backup: ${code}`);
  }

  #ask(call: S3Call) {
    return s3Request(this.#login, call, this.#ca);
  }

  async #text(call: S3Call): Promise<string> {
    return text(await this.#ask(call));
  }
}

const root = 'slipway/';

function objectOf(name: string): string {
  return `${root}${checkObjectName(name)}`;
}

function objectsIn(page: string): readonly StoredObject[] {
  const [names, sizes, times] = ['Key', 'Size', 'LastModified'].map((name) => tags(page, name));
  return (names ?? []).map((name, at) => ({
    name: name.slice(root.length),
    bytes: Number(sizes?.[at]),
    at: Date.parse(times?.[at] ?? ''),
  }));
}
