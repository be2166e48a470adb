import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { isFailure } from '../model/failures.ts';
import type { BackupTarget } from './backup.ts';

export interface TargetUnderTest {
  readonly target: BackupTarget;
  close(): Promise<void>;
}

const { signal } = new AbortController();

/** What every place of backups promises. */
export function backupTargetContract(driver: string, open: () => Promise<TargetUnderTest>): void {
  describe(`backups ${driver}`, () => {
    let test: TargetUnderTest;
    before(async () => {
      test = await open();
    });
    after(() => test.close());

    it('gives back what was written, however large, and tells its size and hash', async () => {
      // More than two parts of an upload.
      for (const size of [0, 1, 40 * 2 ** 20]) {
        const content = randomBytes(size);
        const chunks = Array.from({ length: Math.ceil(size / 100_000) }, (_, at) =>
          content.subarray(at * 100_000, (at + 1) * 100_000),
        );
        const name = `postgres/db/of-${size}`;
        const written = await test.target.write(name, Readable.from(chunks), { signal });
        const sha256 = createHash('sha256').update(content).digest('hex');
        assert.deepEqual(written, { bytes: size, sha256 });
        assert.ok((await buffer(await test.target.read(name))).equals(content));
      }
    });

    it('lists what is there below a name, and nothing that is half written', async () => {
      const failing = async function* () {
        yield randomBytes(20 * 2 ** 20);
        throw new Error('the dump broke off');
      };
      const half = test.target.write('postgres/list/half', Readable.from(failing()), { signal });
      await assert.rejects(half, /the dump broke off/);
      await test.target.write('postgres/list/whole', Readable.from([Buffer.from('whole')]), { signal });
      const [found, ...more] = await test.target.list('postgres/list/');
      assert.deepEqual(more, []);
      assert.deepEqual([found?.name, found?.bytes], ['postgres/list/whole', 5]);
      assert.ok(Math.abs((found?.at ?? 0) - Date.now()) < 60_000);
      assert.deepEqual(await test.target.list('postgres/other/'), []);
    });

    it('removes one, also a second time, and then says that it is gone', async () => {
      await test.target.write('postgres/gone/a', Readable.from([Buffer.from('a')]), { signal });
      await test.target.remove('postgres/gone/a');
      await test.target.remove('postgres/gone/a');
      await assert.rejects(test.target.read('postgres/gone/a'), (error) => isFailure(error, 'E_NOT_FOUND'));
    });

    it('stops when it is told to, and leaves nothing', async () => {
      const stop = new AbortController();
      const endless = async function* () {
        for (let at = 0; ; at += 1) {
          yield randomBytes(2 ** 20);
          if (at === 20) stop.abort(new Error('stopped by the test'));
        }
      };
      const write = test.target.write('postgres/stopped/a', Readable.from(endless()), {
        signal: stop.signal,
      });
      await assert.rejects(write, /stopped by the test/);
      assert.deepEqual(await test.target.list('postgres/stopped/'), []);
    });

    it('refuses a name that could lead elsewhere', async () => {
      for (const name of [
        '',
        '/a',
        '../a',
        'a/../b',
        'a//b',
        'a b',
        'a?b',
        '.a',
        'a/.b',
        `a${'b'.repeat(300)}`,
      ]) {
        await assert.rejects(
          test.target.write(name, Readable.from(['x']), { signal }),
          /no name of a backup/,
          name,
        );
      }
    });

    it('passes its own check', () => test.target.check());
  });
}
