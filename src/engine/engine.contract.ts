import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { Secret } from '../base/secret.ts';
import type { RunningProcess } from '../model/process.ts';
import { healthContract } from './engine-health.contract.ts';
import { outputContract } from './engine-output.contract.ts';
import { type EngineUnderTest, never, specOf, type Use } from './engine-under-test.contract.ts';

/** What every driver of Engine must do. */
export function engineContract(name: string, open: () => Promise<EngineUnderTest>): void {
  describe(`engine ${name}`, () => {
    let test: EngineUnderTest;
    before(async () => {
      test = await open();
    });
    afterEach(async () => {
      await test.engine.remove(await test.engine.list(), 0);
    });
    after(async () => {
      for (const app of ['shop', 'blog']) await test.engine.removeApp(app);
      await test.stranger.removeApp('shop');
      assert.deepEqual(await test.leftovers(), []);
    });
    const use = () => test;
    processes(use);
    healthContract(use);
    outputContract(use);
    apps(use);
  });
}

function processes(use: Use): void {
  it('lists what it started with all that is known of it, and removes it', async () => {
    const { engine } = use();
    const specs = [
      specOf(use(), 'silent'),
      specOf(use(), 'silent', { type: 'worker', index: 2, port: null }),
    ];
    const started = await engine.start(specs, never);
    assert.deepEqual(
      started.map((process) => process.type),
      ['web', 'worker'],
    );
    assert.equal(new Set(started.map((process) => process.address)).size, 2);

    const listed = (await engine.list('shop')).toSorted((a, b) => a.index - b.index);
    assert.deepEqual(listed.map(withoutTime), started.map(withoutTime));
    await engine.remove(started, 1);
    assert.deepEqual(await engine.list('shop'), []);
  });

  it('tells with which config it started a process, to the letter', async () => {
    const { engine } = use();
    const env = { A: new Secret('x y=z\n'), EMPTY: '', GIT_REV: '1a2b3c4' };
    const [started] = await engine.start([specOf(use(), 'silent', { env })], never);
    const config = await engine.configOf(started ?? assert.fail());
    const plain = Object.entries(config).map(([name, value]) => [name, value.reveal()]);
    assert.deepEqual(Object.fromEntries(plain), { A: 'x y=z\n', EMPTY: '' });
    await engine.remove(started ? [started] : [], 0);
    assert.deepEqual(await engine.configOf(started ?? assert.fail()), {});
  });

  it('tells of itself and of what is its own, nothing of another instance', async () => {
    const { engine, stranger } = use();
    const started = await engine.start([specOf(use(), 'silent')], never);
    await stranger.start([specOf(use(), 'silent', { type: 'worker', port: null })], never);
    const facts = await engine.facts();
    await stranger.removeApp('shop');
    assert.equal(facts.bridge, true);
    assert.equal(facts.buildLimitProblem, null);
    assert.ok(facts.freeSubnets > 0);
    assert.deepEqual(
      facts.containers.map(({ app }) => app),
      ['shop'],
    );
    assert.ok(facts.networks.some(({ app, ours }) => app === 'shop' && ours));
    assert.equal(facts.restarts.get(started[0]?.id ?? '') ?? 0, 0);
  });

  it('removes what is gone already without complaint', async () => {
    const { engine } = use();
    const started = await engine.start([specOf(use(), 'silent')], never);
    await engine.remove(started, 0);
    await engine.remove(started, 1);
  });

  it('starts a process beside one of the same name from an earlier deploy, at another address', async () => {
    const { engine } = use();
    const old = await engine.start([specOf(use(), 'silent')], never);
    const young = await engine.start([specOf(use(), 'silent')], never);
    assert.equal((await engine.list('shop')).length, 2);
    assert.notEqual(young[0]?.address, old[0]?.address);
  });

  it('starts nothing when nothing is asked for', async () => {
    assert.deepEqual(await use().engine.start([], never), []);
  });
}

function apps(use: Use): void {
  it('removes an app with all it has, and no other', async () => {
    const { engine } = use();
    await engine.start([specOf(use(), 'silent'), specOf(use(), 'silent', { index: 2 })], never);
    await engine.start([specOf(use(), 'silent', { app: 'blog' })], never);
    await engine.removeApp('shop');
    assert.deepEqual(
      (await engine.list()).map((process) => process.app),
      ['blog'],
    );
    await engine.removeApp('shop');
  });

  it('never sees nor removes what another instance started', async () => {
    const { engine, stranger } = use();
    const theirs = await stranger.start([specOf(use(), 'silent')], never);
    assert.deepEqual(await engine.list(), []);
    await engine.removeApp('shop');
    await engine.removeTasks();
    assert.deepEqual((await stranger.list('shop')).map(withoutTime), theirs.map(withoutTime));
    await stranger.remove(theirs, 0);
  });

  it('tells all of the processes of one app, and no value of their environment', async () => {
    const { engine, stranger } = use();
    const env = { TOKEN: new Secret('hunter2') };
    const started = await engine.start([specOf(use(), 'silent', { env })], never);
    assert.deepEqual(await stranger.inspect('shop'), []);
    const [told, ...others] = await engine.inspect('shop');
    assert.ok(told && others.length === 0);
    assert.ok(Object.keys(told).length > 5 && !JSON.stringify(told).includes('hunter2'));
    await engine.remove(started, 0);
    assert.deepEqual(await engine.inspect('shop'), []);
  });

  it('says what it is', async () => {
    const { name, version } = await use().engine.describe();
    assert.match(`${name} ${version}`, /^\w+ \d/);
  });
}

/** `startedAt` is exact to a second only. */
function withoutTime(process: RunningProcess): Partial<RunningProcess> {
  return { ...process, startedAt: 0 };
}
