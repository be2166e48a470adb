import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { exec, run } from '../base/exec.ts';
import { retryUntil } from '../base/retry.ts';
import { archiveCommit, branchHead, cloneBare, CloneTooLarge, gitVersion } from './git.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-clone-'));
const from = join(folder, 'from');
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

before(async () => {
  await exec('git', ['init', '-q', '-b', 'main', from]);
  writeFileSync(join(from, 'noise'), randomBytes(2_000_000));
  await exec('git', ['add', '-A'], { cwd: from });
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  await exec('git', [...as, 'commit', '-q', '-m', 'noise'], { cwd: from });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const clone = (to: string, most: number) =>
  cloneBare(`file://${from}`, join(folder, to), { owner, protocol: 'file', settings: {}, most });

test('A repository is cloned up to a size, and no further.', async () => {
  await clone('whole', 4_000_000);
  assert.match((await branchHead(join(folder, 'whole'), 'main', owner)) ?? '', /^[0-9a-f]{40}$/);
  await assert.rejects(clone('cut', 1_000_000), CloneTooLarge);
});

test('The tree of a commit is a stream that fails with git, also before it is read, and git ends with it.', async () => {
  const repository = join(from, '.git');
  const commit = (await branchHead(repository, 'main', owner)) ?? '';
  assert.ok((await buffer(archiveCommit(repository, commit, owner))).length > 2_000_000);
  const none = archiveCommit(repository, 'f'.repeat(40), owner);
  const isOver = async () => none.destroyed || undefined;
  assert.ok(await retryUntil(isOver, { firstPause: 10, maxPause: 100, timeout: 10_000 }));
  await assert.rejects(buffer(none), /git ended with 128/);
  for await (const _chunk of archiveCommit(repository, commit, owner)) break;
  const isGone = async () =>
    (await run('pgrep', ['-f', `^git --git-dir ${repository}`])).code === 1 || undefined;
  assert.ok(await retryUntil(isGone, { firstPause: 10, maxPause: 100, timeout: 10_000 }));
});

test('git tells its version', async () => {
  const [major, minor] = await gitVersion();
  assert.ok(major >= 2 && Number.isInteger(minor), `${major}.${minor}`);
});
