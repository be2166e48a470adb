import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ArchiveError } from './archive.ts';
import { readTar, type TarMember, writeTar } from './tar.ts';

const name = fc
  .string({ minLength: 1, maxLength: 20 })
  .filter((text) => !/[\0/]/.test(text) && text.trim() === text);
/** Long enough that some need the second form of a long name. */
const path = fc.array(name, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('/'));

const member: fc.Arbitrary<TarMember> = fc.oneof(
  path.map((text) => ({ kind: 'folder' as const, path: `${text}/` })),
  fc.record({ kind: fc.constant('link' as const), path, target: path }),
  fc.record({
    kind: fc.constant('file' as const),
    path,
    content: fc.uint8Array({ maxLength: 2000 }),
    executable: fc.boolean(),
  }),
);

const members = fc.array(member, { maxLength: 6 });

function bytesOf(list: readonly TarMember[]): Promise<Buffer> {
  return buffer(writeTar(Readable.from(list)));
}

/** What is read of a tar, in the words of what is written. */
async function read(bytes: Uint8Array): Promise<readonly TarMember[]> {
  const found: TarMember[] = [];
  const source = Readable.from(bytes.length === 0 ? [] : [Buffer.from(bytes)], { objectMode: false });
  for await (const entry of readTar(source, { limit: 1_000_000 })) {
    const content = new Uint8Array(await buffer(entry.content));
    if (entry.kind === 'folder') found.push({ kind: 'folder', path: entry.path });
    else if (entry.kind === 'symlink') found.push({ kind: 'link', path: entry.path, target: entry.target });
    else found.push({ kind: 'file', path: entry.path, content, executable: entry.executable });
  }
  return found;
}

describe('a tar', () => {
  it('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(members, async (list) => {
        const bare = (path: string) => path.replace(/\/$/, '');
        const expected = list.map((one) => ({ ...one, path: bare(one.path) }));
        const found = (await read(await bytesOf(list))).map((one) => ({ ...one, path: bare(one.path) }));
        assert.deepEqual(found, expected);
      }),
      { numRuns: 100 },
    );
  });

  it('that is cut anywhere before its end is never taken for a whole one', async () => {
    await fc.assert(
      fc.asyncProperty(
        members,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (list, part) => {
          const bytes = await bytesOf(list);
          const cut = bytes.subarray(0, Math.floor((bytes.length - 1024) * part));
          await assert.rejects(read(cut), ArchiveError);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of any bytes, and with any of its bytes changed, is read or refused as no archive', async () => {
    const changed = fc.tuple(members, fc.nat(), fc.nat(255)).map(async ([list, at, byte]) => {
      const bytes = await bytesOf(list);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    const any = fc.uint8Array({ maxLength: 3000 }).map(async (bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, any), async (bytes) => {
        await read(await bytes).catch((error: unknown) => {
          assert.ok(error instanceof ArchiveError, String(error));
        });
      }),
      { numRuns: 200 },
    );
  });
});
