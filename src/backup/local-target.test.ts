import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { backupTargetContract } from './backup-target.contract.ts';
import { LocalTarget } from './local-target.ts';

const folderOf = () => mkdtemp(join(tmpdir(), 'slipway-backups-'));

backupTargetContract('local', async () => {
  const folder = await folderOf();
  return { target: new LocalTarget(folder), close: () => rm(folder, { recursive: true }) };
});

test('Backups of this machine are for slipwayd alone, and none is left in part.', async (t) => {
  const folder = await folderOf();
  t.after(() => rm(folder, { recursive: true }));
  const target = new LocalTarget(folder);
  const { signal } = new AbortController();
  await target.write('redis/cache/one', Readable.from([Buffer.from('one')]), { signal });
  assert.equal((await stat(join(folder, 'redis/cache/one'))).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder, 'redis'))).mode & 0o077, 0);
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('no more');
    })(),
  );
  await assert.rejects(target.write('redis/cache/two', broken, { signal }), /no more/);
  assert.deepEqual(await readdir(join(folder, 'redis/cache')), ['one']);
});
