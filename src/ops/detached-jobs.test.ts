import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { call, detached, failsWith, hello, live, tarOf, tester } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { publicKey } from '../../test/machine/sample-calls.ts';
import { silent } from '../model/line.ts';
import { actorOfKey } from './access.ts';
import { detach, resumeJobs } from './detached-jobs.ts';
import { recover } from './recover.ts';

const pushOf = (files: Readonly<Record<string, string>>) =>
  [
    ['git:receive', { app: 'shop', commit: 'a'.repeat(40), branch: 'main', before: null }],
    { stdin: tarOf(files) },
  ] as const;

/** Keeps the lane of shop taken until the result is called. */
function holdLane({ lanes }: MemoryDeps): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { signal } = new AbortController();
  const request = { id: 0, lanes: ['shop'], title: 'test', turn: 'caller', out: silent, signal } as const;
  void lanes.run(request, () => promise);
  return resolve;
}

function queue(deps: MemoryDeps, files: Readonly<Record<string, string>>) {
  const [[name, input], { stdin }] = pushOf(files);
  const { signal } = new AbortController();
  return detach(deps, { actor: tester, out: silent, signal, stdin }, { name, input });
}

describe('a detached job', () => {
  it('deploys what was piped in, and keeps what it printed', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const job = await detached(deps, ...pushOf({ ...hello, more: '' }));
    assert.deepEqual([job.state, job.detached, job.operation], ['succeeded', true, 'git:receive']);
    assert.equal(deps.store.apps.find('shop')?.current, 2);
    const { lines } = await call(deps, ['jobs:output', { app: 'shop', id: job.id }]);
    assert.ok(lines.some(({ text }) => text.startsWith('Release v2 of shop is live')));
    assert.deepEqual((await call(deps, ['jobs:output', { app: 'shop', id: job.id, tail: true }])).lines, []);
  });

  it('keeps why it failed, and what was live stays so', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const job = await detached(deps, ...pushOf({ ...hello, Procfile: 'web: crash' }));
    assert.deepEqual([job.state, job.failure?.code], ['failed', 'E_PROCESS_EXITED']);
    assert.equal(deps.store.apps.find('shop')?.current, 1);
    const { lines } = await call(deps, ['jobs:output', { app: 'shop', id: job.id }]);
    assert.ok(lines.some(({ text }) => text.includes('E_PROCESS_EXITED')));
  });

  it('that waits is done by the next slipwayd, whether this one was stopped or killed', async (t) => {
    const stop = async (deps: MemoryDeps, end: () => void) => {
      const closed = deps.lanes.close();
      end();
      await closed;
      await deps.settled();
    };
    for (const leave of [stop, async () => {}]) {
      const deps = memoryDeps();
      t.after(() => deps.close());
      await live(deps, 'shop');
      const end = holdLane(deps);
      const job = await queue(deps, { ...hello, more: '' });
      assert.equal(deps.store.jobs.find(job.id)?.state, 'waiting');
      await leave(deps, end);
      assert.equal(deps.store.jobs.find(job.id)?.state, 'waiting');
      const again = deps.restarted();
      await recover(again);
      await resumeJobs(again);
      await again.settled();
      assert.equal(again.store.jobs.find(job.id)?.state, 'succeeded');
      assert.equal(again.store.apps.find('shop')?.current, 2);
    }
  });

  it('is done in its order, also by the next slipwayd', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    holdLane(deps);
    const request = { actor: tester, out: silent, signal: new AbortController().signal, stdin: null };
    const ids: number[] = [];
    for (let count = 1; count <= 20; count += 1) {
      const input = { app: 'shop', pairs: [`A=${count}`] };
      ids.push((await detach(deps, request, { name: 'config:set', input })).id);
    }
    const again = deps.restarted();
    await recover(again);
    await resumeJobs(again);
    await again.settled();
    assert.deepEqual(await call(again, ['config:get', { app: 'shop', key: 'A' }]), { value: '20' });
    const started = ids.map((id) => again.store.jobs.find(id)?.startedAt ?? 0);
    assert.deepEqual(
      started,
      started.toSorted((a, b) => a - b),
    );
  });

  it('that nothing is piped into finds nothing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const job = await detached(deps, ['git:from-archive', { app: 'shop', source: '--' }]);
    assert.equal(job.failure?.code, 'E_INPUT');
  });

  it('ends where slipwayd was killed before all was piped in, also if nobody ever reads that', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const end = holdLane(deps);
    const { id } = await queue(deps, { ...hello, more: '' });
    await deps.spool.remove(id);
    const again = deps.restarted();
    await recover(again);
    await resumeJobs(again);
    await again.settled();
    assert.equal(again.store.jobs.find(id)?.failure?.code, 'E_CANCELLED');
    assert.equal(again.store.apps.find('shop')?.current, 1);
    end();
    await deps.settled();
  });

  it('may do what its caller may do when its turn comes', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ssh-keys:add', { name: 'dora', key: publicKey(), role: 'deployer' }]);
    await call(deps, ['access:add', { app: 'shop', key: 'dora' }]);
    const end = holdLane(deps);
    const request = {
      actor: actorOfKey(deps.store, 'dora'),
      out: silent,
      signal: new AbortController().signal,
      stdin: null,
    };
    const { id } = await detach(deps, request, { name: 'ps:restart', input: { app: 'shop' } });
    deps.store.access.revoke('dora', deps.store.apps.find('shop')?.id ?? 0);
    end();
    await deps.settled();
    assert.equal(deps.store.jobs.find(id)?.failure?.code, 'E_APP_MISSING');
  });

  it('is of the app that it was of: its output goes with a rename, and is gone with the app', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const { id } = await detached(deps, ...pushOf({ ...hello, more: '' }));
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    await live(deps, 'shop');
    await failsWith('E_NOT_FOUND', call(deps, ['jobs:output', { app: 'shop', id }]));
    assert.notEqual((await call(deps, ['jobs:output', { app: 'store', id }])).lines.length, 0);
    await call(deps, ['apps:destroy', { app: 'store' }]);
    await live(deps, 'store');
    await failsWith('E_NOT_FOUND', call(deps, ['jobs:output', { app: 'store', id }]));
    assert.equal(await deps.jobOutputs.read(id), undefined);
    const jobs = await call(deps, ['jobs', { app: 'store', all: true }]);
    assert.deepEqual(
      jobs.filter((job) => job.id <= id),
      [],
    );
  });

  it('leaves the output of the last ones of its app only', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    for (const app of ['shop', 'blog']) await call(deps, ['apps:create', { app }]);
    const ids: number[] = [];
    for (const app of ['blog', ...Array.from({ length: 22 }, () => 'shop')])
      ids.push((await detached(deps, ['config:set', { app, pairs: ['A=1'] }])).id);
    const kept = await deps.jobOutputs.list();
    assert.deepEqual(
      ids.filter((id) => !kept.includes(id)),
      ids.slice(1, 3),
    );
  });

  it('is refused where as many of its app wait as may, and not for those of another', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await live(deps, 'blog');
    const end = holdLane(deps);
    for (let count = 0; count < 20; count += 1) await queue(deps, hello);
    await failsWith('E_BUSY', queue(deps, hello));
    assert.equal(deps.store.jobs.unfinished().filter(({ detached: own }) => own).length, 20);
    end();
    assert.equal((await detached(deps, ['ps:restart', { app: 'blog' }])).state, 'succeeded');
    assert.equal((await detached(deps, ['ps:restart', { app: 'shop' }])).state, 'succeeded');
  });

  it('is refused for what is no job, what may not be done, and what is not sent to its end', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await failsWith('E_INPUT', detached(deps, ['apps:list', {}]));
    await failsWith('E_INPUT', detached(deps, ['deploys:cancel', { app: 'shop' }]));
    await failsWith('E_APP_MISSING', detached(deps, ['ps:restart', { app: 'blog' }]));
    const [asked] = pushOf(hello);
    const stdin = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await assert.rejects(detached(deps, asked, { stdin }), /gone/);
    await failsWith(
      'E_SOURCE_TOO_LARGE',
      detached(deps, asked, { stdin: Readable.from([Buffer.alloc(2 ** 21)]) }),
    );
    assert.deepEqual(deps.store.jobs.unfinished(), []);
    assert.equal(deps.store.apps.find('shop')?.current, 1);
  });
});

describe('the start of slipwayd', () => {
  it('ends jobs that were cut off, with an event', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const at = deps.clock.now();
    const job = {
      app: 'shop',
      operation: 'ps:stop',
      actor: 'ann',
      createdAt: at,
      running: true,
      order: null,
    };
    const { id } = deps.store.jobs.create(job);
    const again = deps.restarted();
    await recover(again);
    await again.settled();
    assert.equal(again.store.jobs.find(id)?.state, 'cancelled');
    const [event] = again.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.outcome], ['ps:stop', 'E_CANCELLED']);
  });
});
