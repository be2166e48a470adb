import assert from 'node:assert/strict';
import { join } from 'node:path';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { DiskWatch } from './disk-watch.ts';
import { routerFileName } from './kept-file.ts';
import { ReserveFile } from './reserve-file.ts';

function machine(t: TestContext): MemoryDeps {
  const deps = memoryDeps();
  t.after(() => deps.close());
  return deps;
}

/** Its disk of 100 GB, of which a deploy needs 5, has so much free; what is pruned is added. */
function setFree(deps: MemoryDeps, freeBytes: number): void {
  const [disk] = deps.host.seen.disks;
  assert.ok(disk);
  deps.host.seen = { ...deps.host.seen, disks: [{ ...disk, freeBytes, usedBytes: disk.bytes - freeBytes }] };
  deps.imageDisk.onPrune = (bytes) => setFree(deps, freeBytes + bytes);
}

const changed = { ...hello, more: '' };

describe('a deploy on a disk that is short', () => {
  it('is refused with what takes it, and nothing of the release before is touched', async (t) => {
    const deps = machine(t);
    await live(deps, 'shop');
    setFree(deps, 2e9);
    const error = await failsWith('E_DISK_SHORT', push(deps, ['shop', changed]));
    assert.match(
      error.message,
      /has 2\.6 GiB free of 93 GiB; a deploy needs 4\.7 GiB: others .*, images of apps 2\.8 GiB/,
    );
    assert.match(error.message, /build cache 1\.2 GiB/, 'not all of the cache goes');
    const [last] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.equal(last?.state, 'failed');
    assert.deepEqual(await deps.sources.list(), [1]);
    assert.equal((await deps.engine.list('shop')).length, 1);
  });

  it('goes on where enough may go, the build cache as far as it must', async (t) => {
    const deps = machine(t);
    await live(deps, 'shop');
    setFree(deps, 4.5e9);
    const lines: string[] = [];
    deps.imageDisk.pruned.length = 0;
    await push(deps, ['shop', changed], { onLine: ({ text }) => lines.push(text) });
    assert.ok(lines.includes('The disk is short of space: removing what nothing needs'));
    assert.deepEqual(deps.imageDisk.pruned.at(1), { keep: 1.5e9, unusedHours: 1 });
    await deps.settled();
  });

  it('may go back, scale and restart: these take nothing', async (t) => {
    const deps = machine(t);
    await live(deps, 'shop');
    await push(deps, ['shop', changed]);
    setFree(deps, 0);
    await call(deps, ['rollback', { app: 'shop' }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    await deps.settled();
  });

  it('is let through where min-free is less, or off', async (t) => {
    const deps = machine(t);
    await live(deps, 'shop');
    setFree(deps, 2e9);
    for (const value of ['1G', '1%', 'off']) {
      await call(deps, ['cleanup:set', { app: null, property: 'min-free', value }]);
      await push(deps, ['shop', { ...hello, more: value }]);
    }
    await call(deps, ['cleanup:set', { app: null, property: 'min-free', value: null }]);
    await failsWith('E_DISK_SHORT', push(deps, ['shop', changed]));
    await deps.settled();
  });

  it('leaves the build cache alone where its budget is off', async (t) => {
    const deps = machine(t);
    await call(deps, ['cleanup:set', { app: null, property: 'cache-budget', value: 'off' }]);
    await live(deps, 'shop');
    setFree(deps, 2e9);
    await failsWith('E_DISK_SHORT', push(deps, ['shop', changed]));
    assert.deepEqual(deps.imageDisk.pruned, []);
  });
});

describe('cleanup', () => {
  it('tells what took the disk before and after', async (t) => {
    const deps = machine(t);
    await call(deps, ['cleanup:set', { app: null, property: 'cache-budget', value: '1G' }]);
    const { cache, disks } = await call(deps, ['cleanup', {}]);
    assert.equal(cache, 2e9 - 1024 ** 3);
    const row = disks[0]?.parts.find(({ kind }) => kind === 'build cache');
    assert.deepEqual(row, { kind: 'build cache', before: 2e9, after: 1024 ** 3 });
    assert.deepEqual(deps.imageDisk.pruned, [{ keep: 1024 ** 3, unusedHours: 24 }]);
  });

  it('lets go of the oldest logs beyond their budget, but not of what the router writes to', async (t) => {
    const deps = machine(t);
    const folder = join(deps.settings.root, 'logs/7');
    mkdirSync(folder, { recursive: true });
    const names = [1, 2, 3].map((day) => routerFileName(`2026-01-0${day}T00:00:00.000000000Z`));
    for (const name of names) writeFileSync(join(folder, name), Buffer.alloc(700_000));
    await call(deps, ['cleanup:set', { app: null, property: 'log-budget', value: '1M' }]);
    assert.equal((await call(deps, ['cleanup', { app: null }])).logs, 2);
    assert.deepEqual(readdirSync(folder), names.slice(2));
  });

  it('is reported with its budgets', async (t) => {
    const deps = machine(t);
    await call(deps, ['cleanup:set', { app: null, property: 'log-budget', value: '10%' }]);
    const [part] = await call(deps, ['cleanup:report', {}]);
    const values = Object.fromEntries((part?.rows ?? []).map(({ label, value }) => [label, value]));
    assert.equal(values['Cleanup global log budget'], '10%');
    assert.equal(values['Cleanup computed log budget'], '9.3 GiB');
    assert.equal(values['Cleanup computed min free'], '4.7 GiB');
    assert.equal(values['Cleanup build cache'], '1.9 GiB');
  });
});

describe('a look at the disk', () => {
  it('cleans up once a day, and sooner where the disk is short, but not each time', async (t) => {
    const deps = machine(t);
    let now = Date.UTC(2026, 0, 1);
    const watch = new DiskWatch({ ...deps, clock: { now: () => now } });
    const cleaned = async () => {
      const before = deps.imageDisk.pruned.length;
      await watch.look();
      return deps.imageDisk.pruned.length > before;
    };
    assert.equal(await cleaned(), true);
    now += 23 * 3_600_000;
    assert.equal(await cleaned(), false);
    setFree(deps, 1e9);
    assert.equal(await cleaned(), true);
    now += 60_000;
    assert.equal(await cleaned(), false);
    now += 10 * 60_000;
    assert.equal(await cleaned(), true);
    setFree(deps, 50e9);
    now += 25 * 3_600_000;
    assert.equal(await cleaned(), true);
  });

  it('gives the reserve away on a full disk, and puts it back', async (t) => {
    const deps = machine(t);
    const path = join(deps.settings.root, 'reserve');
    mkdirSync(deps.settings.root, { recursive: true });
    const watch = new DiskWatch({ ...deps, reserve: new ReserveFile(path, 4096) });
    await watch.look();
    assert.ok(existsSync(path));
    setFree(deps, 1000);
    await watch.look();
    assert.ok(!existsSync(path));
    setFree(deps, 50e9);
    await watch.look();
    assert.ok(existsSync(path));
  });

  it('leaves all alone while slipwayd waits', async (t) => {
    const deps = machine(t);
    deps.startup.problem = await failsWith('E_NOT_FOUND', call(deps, ['jobs:cancel', { id: '9' }]));
    await new DiskWatch(deps).look();
    assert.deepEqual(deps.imageDisk.pruned, []);
  });
});
