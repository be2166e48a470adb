import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  buildGroupsOf,
  buildGroupsProblem,
  type GroupWrite,
  limitWrites,
  memoryFailures,
  weightWrites,
  writeGroup,
} from './cgroup.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-cgroup-'));
test.after(() => rmSync(folder, { recursive: true }));

const first = buildGroupsOf({ version: '1', driver: 'cgroupfs' }, '/c');
const second = buildGroupsOf({ version: '2', driver: 'cgroupfs' }, '/c');

/** `path=value`, in brackets where it may fail. */
function texts(writes: readonly GroupWrite[]): readonly string[] {
  return writes.map(({ path, value, needed }) => (needed ? `${path}=${value}` : `(${path}=${value})`));
}

test('The steps of BuildKit share a group, but not with the driver systemd', () => {
  assert.equal(first.memory, '/c/memory/docker/buildkit');
  assert.equal(first.cpu, '/c/cpu/docker/buildkit');
  assert.equal(second.memory, '/c/docker/buildkit');
  assert.equal(second.io, '/c/docker/buildkit');
  const systemd = buildGroupsOf({ version: '2', driver: 'systemd' }, '/c');
  assert.deepEqual(
    [systemd.memory, systemd.prefix, systemd.shared],
    ['/c/system.slice', 'system.slice:docker:', false],
  );
});

test('Version 1 takes memory with swap, in an order that fits going up and going down', () => {
  assert.deepEqual(texts(limitWrites(first, 'x', { memory: 1000, cpus: 0.5 })), [
    '(/c/memory/docker/buildkit/x/memory.limit_in_bytes=1000)',
    '(/c/memory/docker/buildkit/x/memory.memsw.limit_in_bytes=1000)',
    '/c/memory/docker/buildkit/x/memory.limit_in_bytes=1000',
    '(/c/cpu/docker/buildkit/x/cpu.cfs_period_us=100000)',
    '/c/cpu/docker/buildkit/x/cpu.cfs_quota_us=50000',
  ]);
});

test('Version 2 has one file for each', () => {
  assert.deepEqual(texts(limitWrites(second, '', { memory: 1000, cpus: 2 })), [
    '/c/docker/buildkit/memory.max=1000',
    '(/c/docker/buildkit/memory.swap.max=0)',
    '/c/docker/buildkit/cpu.max=200000 100000',
  ]);
});

test('No limit takes back one that was set', () => {
  const none = { memory: null, cpus: null };
  assert.deepEqual(texts(limitWrites(second, '', none)), [
    '/c/docker/buildkit/memory.max=max',
    '(/c/docker/buildkit/memory.swap.max=max)',
    '(/c/docker/buildkit/cpu.max=max 100000)',
  ]);
  assert.ok(texts(limitWrites(first, '', none)).includes('(/c/cpu/docker/buildkit/cpu.cfs_quota_us=-1)'));
});

test('Weights are wishes: a kernel without them builds too', () => {
  const all = [...weightWrites(first, ''), ...weightWrites(second, 'x')];
  assert.ok(all.length > 0 && all.every(({ needed }) => !needed));
});

test('A file that the kernel does not have is not made, and matters only where it is needed', async () => {
  const path = join(folder, 'cpu.weight');
  await writeGroup([{ path, value: '10', needed: false }]);
  await assert.rejects(writeGroup([{ path, value: '10', needed: true }]), { code: 'ENOENT' });
  writeFileSync(path, '100');
  await writeGroup([{ path, value: '10\n', needed: true }]);
  assert.match(readFileSync(path, 'utf8'), /^10\n/);
});

test('Kills are counted in both versions', async () => {
  mkdirSync(join(folder, 'memory/docker/buildkit'), { recursive: true });
  mkdirSync(join(folder, 'docker/buildkit'), { recursive: true });
  writeFileSync(join(folder, 'memory/docker/buildkit/memory.failcnt'), '7\n');
  writeFileSync(
    join(folder, 'docker/buildkit/memory.events'),
    'low 0\noom 5\noom_kill 3\noom_group_kill 0\n',
  );
  assert.equal(await memoryFailures(buildGroupsOf({ version: '1', driver: 'cgroupfs' }, folder)), 7);
  assert.equal(await memoryFailures(buildGroupsOf({ version: '2', driver: 'cgroupfs' }, folder)), 3);
  assert.equal(await memoryFailures(second), 0);
});

test('What cannot be written to is named; what is only not there yet is no problem', async () => {
  const none = buildGroupsOf({ version: '2', driver: 'systemd' }, join(folder, 'nowhere'));
  assert.equal(
    await buildGroupsProblem(none),
    `${join(folder, 'nowhere/system.slice')} cannot be written to (ENOENT)`,
  );
  assert.equal(await buildGroupsProblem(buildGroupsOf({ version: '1', driver: 'cgroupfs' }, folder)), null);
  assert.equal(
    await buildGroupsProblem(buildGroupsOf({ version: '2', driver: 'cgroupfs' }, join(folder, 'new'))),
    null,
  );
});
