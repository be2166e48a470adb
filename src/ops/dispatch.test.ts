import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push, stateOf, tester } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { failing, furnish, sampleInputs, sampleStdin } from '../../test/machine/sample-calls.ts';
import { Failure } from '../base/failure.ts';
import { own } from '../base/own.ts';
import { wait } from '../base/retry.ts';
import { changes } from '../contract/operation.ts';
import { type OperationName, operationNames, rowOf } from '../contract/operations.ts';
import type { Actor } from '../model/access.ts';
import { failure } from '../model/failures.ts';
import { silent } from '../model/line.ts';
import { dispatch, shownFailure } from './dispatch.ts';

const mutating = operationNames.filter((name) => rowOf(name).mutates);

describe('every operation', () => {
  it('is refused to somebody without its right, before it looks at anything', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const before = await stateOf(deps, 'shop');
    const stranger = { ...tester, name: 'eve', role: 'stranger' } as unknown as Actor;
    const request = { actor: stranger, out: silent, signal: new AbortController().signal, stdin: null };
    for (const name of operationNames.filter((name) => rowOf(name).right !== 'anyone')) {
      await failsWith('E_NOT_ALLOWED', dispatch(deps, request, { name, input: {} as never }));
    }
    assert.deepEqual(
      operationNames.filter((name) => rowOf(name).right === 'anyone'),
      ['version'],
    );
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  for (const name of mutating) {
    it(`that changes something, ${name}, leaves one event with its outcome`, async (t) => {
      const deps = memoryDeps();
      t.after(() => deps.close());
      await furnish(deps);
      const { outcome, events } = await callSample(deps, name);
      assert.equal(outcome, failing.get(name) ?? 'ok');
      assert.deepEqual(events, [[name, 'ann', outcome]]);
    });
  }

  it('that only reads leaves no event', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await furnish(deps);
    for (const name of operationNames.filter((name) => !rowOf(name).mutates)) {
      const outcome = failing.get(name) ?? 'ok';
      assert.deepEqual(await callSample(deps, name), { outcome, events: [] }, name);
    }
  });
});

/** Calls the sample, checks what it gives, and tells how it ended and the events that it left. */
async function callSample(deps: MemoryDeps, name: OperationName) {
  const last = deps.store.events.list({ limit: 1 })[0]?.id;
  const outcome = await outcomeOfSample(deps, name);
  await deps.settled();
  const errors = deps.logged.filter((line) => line.includes('"level":50'));
  assert.deepEqual(errors, []);
  const found = deps.store.events.list({ limit: 10, after: last });
  const events = found.map((event) => [event.operation, event.actor, event.outcome]);
  return { outcome, events };
}

/** `ok`, or the code of the failure. */
async function outcomeOfSample(deps: MemoryDeps, name: OperationName): Promise<string> {
  const stdin = sampleStdin(name);
  try {
    const output = await call(deps, [name, sampleInputs[name]], stdin ? { stdin } : {});
    const { success } = rowOf(name).output.safeParse(output);
    assert.ok(success, JSON.stringify(output));
    return 'ok';
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

describe('a changing operation', () => {
  it('that fails leaves an event with the code, also where its app is missing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await failsWith('E_APP_MISSING', call(deps, ['ps:restart', { app: 'shop' }]));
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.app, event?.outcome], ['ps:restart', 'shop', 'E_APP_MISSING']);
  });

  it('of an app is refused while slipwayd has no Docker, and what only reads is answered', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    deps.startup.problem = failure('E_DOCKER_DOWN', 'Docker does not answer');
    const ofApps = mutating.filter((name) => typeof own(sampleInputs[name], 'app') === 'string');
    assert.ok(ofApps.length > 20);
    for (const name of ofApps) {
      const work = call(deps, [name, sampleInputs[name]]);
      await failsWith('E_DOCKER_DOWN', work);
    }
    assert.equal((await call(deps, ['apps:list', {}])).length, 1);
    assert.ok(!changes(rowOf('ps:scale'), { formation: [] } as never));
    await call(deps, ['ps:scale', { app: 'shop', formation: [] }]);
  });
});

describe('a slipwayd that starts', () => {
  it('keeps what changes an app waiting until it has started', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    deps.startup.problem = failure('E_BUSY', 'slipwayd is starting');
    const waiting = call(deps, ['apps:lock', { app: 'shop' }]);
    await wait(50);
    assert.equal(deps.store.apps.find('shop')?.locked, false);
    deps.startup.problem = null;
    await waiting;
    assert.equal(deps.store.apps.find('shop')?.locked, true);
  });
});

describe('shownFailure', () => {
  it('keeps of a bug that it was one, and not what it said', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const broken = {
      ...deps,
      reached: async () => {
        throw new Error('password is xyzzy');
      },
    };
    await assert.rejects(push(broken, ['shop', { ...hello, more: '' }]));
    const [job] = deps.store.jobs.list({ app: 'shop', limit: 1 });
    const deploy = deps.store.deploys.find(2);
    assert.deepEqual([job?.failure?.code, deploy?.failure?.code], ['E_INTERNAL', 'E_INTERNAL']);
    assert.doesNotMatch(JSON.stringify([job, deploy]), /xyzzy/);
  });

  it('shows a failure as it is, an abort as cancelled, and a bug as an id that is in the log', (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    const known = failure('E_BUSY', 'no');
    assert.equal(shownFailure(deps, known), known);
    assert.equal(shownFailure(deps, AbortSignal.abort().reason).code, 'E_CANCELLED');
    const bug = shownFailure(deps, new Error('password is xyzzy'));
    assert.match(bug.message, /^Internal error [a-z2-7]{6}$/);
    const id = bug.message.split(' ').at(-1) ?? '?';
    assert.ok(
      deps.logged.some((line) => line.includes(id)),
      deps.logged.join(''),
    );
  });
});
