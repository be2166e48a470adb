import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith, live, stateOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';
import {
  failing,
  furnish,
  type Input,
  publicKey,
  sampleInputs,
  sampleStdin,
} from '../../test/machine/sample-calls.ts';
import { Failure } from '../base/failure.ts';
import { type OperationName, operationNames, rowOf } from '../contract/operations.ts';
import type { Actor, Right } from '../model/access.ts';
import { actorOfKey } from './access.ts';
import { mayCall } from './load-app.ts';

/*
 * Every operation of the table asked by deployers of the app that its sample names and of another one. (As admin:
 * dispatch.test.ts. As somebody with no key: daemon/access.test.ts.) A new row is asked too, without a line here.
 */

/** The sample's app is `shop`, of dora; `zebra` is zoe's, and all that is set for it says `burrow`. */
async function twoApps(t: TestContext): Promise<{ deps: MemoryDeps; dora: Actor; zoe: Actor }> {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await furnish(deps);
  await live(deps, 'zebra');
  await call(deps, ['domains:add', { app: 'zebra', domains: ['burrow.example.com'] }]);
  await call(deps, ['config:set', { app: 'zebra', pairs: ['A=burrow'] }]);
  await call(deps, ['ssh-keys:add', { name: 'zoe', key: publicKey(), role: 'deployer' }]);
  await call(deps, ['access:add', { app: 'zebra', key: 'zoe' }]);
  await live(deps, 'zebra-gone');
  await call(deps, ['apps:destroy', { app: 'zebra-gone' }]);
  await deps.settled();
  return { deps, dora: actorOfKey(deps.store, 'dora'), zoe: actorOfKey(deps.store, 'zoe') };
}

interface Answer {
  /** `ok`, or the code of the failure. */
  readonly outcome: string;
  /** All that the caller is shown. */
  readonly told: string;
}

async function ask(
  deps: MemoryDeps,
  actor: Actor,
  [name, input]: readonly [OperationName, Input],
): Promise<Answer> {
  const lines: string[] = [];
  const stdin = sampleStdin(name);
  const onLine = (line: object) => void lines.push(JSON.stringify(line));
  const told = (result: unknown) => `${lines.join('\n')}\n${JSON.stringify(result)}`;
  try {
    const output = await call(deps, [name, input], { actor, onLine, ...(stdin ? { stdin } : {}) });
    return { outcome: 'ok', told: told(output) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, hint, detail } = error;
    return { outcome: code, told: told({ code, message, hint, detail }) };
  }
}

const fieldOf = (name: OperationName, ...places: string[]) =>
  Object.entries(rowOf(name).input).find(([, { place }]) => places.includes(place))?.[0];
const namesApp = (name: OperationName) => fieldOf(name, 'app', 'optionalApp', 'appOrGlobal') !== undefined;

/** Operations that tell of all apps when none is named. */
const listings = operationNames.filter(
  (name) =>
    rowOf(name).right === 'app:read' && (!namesApp(name) || fieldOf(name, 'optionalApp') !== undefined),
);

/** What a deployer may do with its own apps; all other rights are an admin's. */
const ofDeployers: readonly Right[] = ['anyone', 'app:read', 'app:deploy', 'app:config'];
const isAllowed = (name: OperationName) => ofDeployers.includes(rowOf(name).right);

/** The answer to an app that is not there; apps:set is about no single app. */
function forAbsent(name: OperationName): string {
  if (name === 'apps:set' || name === 'cleanup:set') return 'E_INPUT';
  return rowOf(name).appMayBeMissing ? 'E_NOT_ALLOWED' : 'E_APP_MISSING';
}

/** The sample is done as for an admin, and tells nothing of the other app. */
async function mayDo(deps: MemoryDeps, actor: Actor, name: OperationName): Promise<void> {
  const { outcome, told } = await ask(deps, actor, [name, sampleInputs[name]]);
  assert.equal(outcome === 'ok', !failing.has(name), told);
  assert.ok(!['E_NOT_ALLOWED', 'E_APP_MISSING'].includes(outcome), told);
  assert.doesNotMatch(told, /zebra|burrow|zoe/, name);
}

describe('a deployer', () => {
  it('may read all of its own app', async (t) => {
    const { deps, dora } = await twoApps(t);
    for (const name of operationNames.filter((name) => isAllowed(name) && !rowOf(name).mutates))
      await mayDo(deps, dora, name);
  });

  for (const name of operationNames.filter((name) => isAllowed(name) && rowOf(name).mutates)) {
    it(`may do ${name} with its own app`, async (t) => {
      const { deps, dora } = await twoApps(t);
      await mayDo(deps, dora, name);
      await deps.settled();
    });
  }

  it('may do nothing else, not even with its own app', async (t) => {
    const { deps, dora } = await twoApps(t);
    const before = await stateOf(deps, 'shop');
    for (const name of operationNames.filter((name) => !isAllowed(name))) {
      const { outcome, told } = await ask(deps, dora, [name, sampleInputs[name]]);
      assert.equal(outcome, 'E_NOT_ALLOWED', `${name}: ${told}`);
    }
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.deepEqual(deps.store.keys.all().length, 3);
  });

  it('may neither read nor change what is global', async (t) => {
    const { deps, dora } = await twoApps(t);
    for (const name of operationNames) {
      const field = fieldOf(name, 'appOrGlobal');
      if (field === undefined) continue;
      // Of resources the limits of builds alone are global.
      const type = name.startsWith('resource:') ? { processType: 'build' } : {};
      const input = { ...sampleInputs[name], [field]: null, ...type };
      const { outcome, told } = await ask(deps, dora, [name, input]);
      assert.equal(outcome, 'E_NOT_ALLOWED', `${name}: ${told}`);
    }
  });

  it('is told of an app of somebody else what it is told of one that is not there', async (t) => {
    const { deps, dora } = await twoApps(t);
    const before = await stateOf(deps, 'zebra');
    for (const name of operationNames.filter(namesApp)) {
      const field = fieldOf(name, 'app', 'optionalApp', 'appOrGlobal') ?? '';
      const [there, missing] = await Promise.all(
        ['zebra', 'absent'].map((app) => ask(deps, dora, [name, { ...sampleInputs[name], [field]: app }])),
      );
      assert.equal(there?.told.replaceAll('zebra', 'absent'), missing?.told, name);
      if (name === 'apps:exists') assert.match(there?.told ?? '', /"exists":false/);
      else assert.equal(there?.outcome, forAbsent(name), name);
    }
    assert.deepEqual(await stateOf(deps, 'zebra'), before);
    assert.equal(deps.store.apps.find('absent'), undefined);
  });

  it('finds its own apps in listings, and no word of the others', async (t) => {
    const { deps, dora, zoe } = await twoApps(t);
    assert.ok(
      ['apps:list', 'events', 'jobs', 'ps:report'].every((name) => listings.some((one) => one === name)),
    );
    const job = { operation: 'x', actor: 'zoe', createdAt: 0, running: true, order: null };
    for (const app of ['zebra', 'shop']) deps.store.jobs.create({ ...job, app });
    for (const name of listings) {
      const field = fieldOf(name, 'optionalApp');
      const input = { ...sampleInputs[name], ...(field === undefined ? {} : { [field]: null }) };
      const { outcome, told } = await ask(deps, dora, [name, input]);
      assert.equal(outcome, 'ok', told);
      assert.match(told, /shop/, name);
      assert.doesNotMatch(told, /zebra|burrow|"alice"/, name);
      const theirs = await ask(deps, zoe, [name, input]);
      assert.match(theirs.told, /zebra/, name);
      assert.doesNotMatch(theirs.told, /shop|zebra-gone/, name);
    }
  });

  it('that asks for a domain of another app is not told whose it is', async (t) => {
    const { deps, dora } = await twoApps(t);
    const taken = await ask(deps, dora, ['domains:add', { app: 'shop', domains: ['burrow.example.com'] }]);
    assert.equal(taken.outcome, 'E_DOMAIN_TAKEN');
    assert.doesNotMatch(taken.told, /zebra/);
    assert.doesNotMatch((await ask(deps, dora, ['deploys', { app: 'shop' }])).told, /zebra/);
  });
});

describe('an operation that changes something', () => {
  const ofDeployer = operationNames.filter((name) => isAllowed(name) && rowOf(name).mutates);

  it('names the app that a deployer may change by it', () => {
    for (const name of ofDeployer)
      assert.ok(fieldOf(name, 'app', 'appOrGlobal', 'optionalApp') !== undefined, name);
  });

  it("is not a deployer's where it may name none, and does not", () => {
    const dora: Actor = { kind: 'key', name: 'dora', role: 'deployer', apps: new Set(['shop']) };
    const ofAll = ofDeployer.filter((name) => fieldOf(name, 'optionalApp') !== undefined);
    assert.ok(ofAll.includes('letsencrypt:enable'));
    for (const name of ofAll) {
      assert.equal(mayCall(dora, rowOf(name), { app: 'shop' }), true, name);
      assert.equal(mayCall(dora, rowOf(name), { app: null, all: true }), false, name);
    }
  });
});

describe('access:add and access:remove', () => {
  it('count from the next call of the key on', async (t) => {
    const { deps } = await twoApps(t);
    const appsOfDora = async () => {
      const items = await call(deps, ['apps:list', {}], { actor: actorOfKey(deps.store, 'dora') });
      return items.map(({ name }) => name).join(' ');
    };
    const add = () => call(deps, ['access:add', { app: 'zebra', key: 'dora' }]);
    assert.equal(await appsOfDora(), 'shop');
    assert.deepEqual([await add(), await add()], [{ changed: true }, { changed: false }]);
    assert.equal(await appsOfDora(), 'shop zebra');
    assert.deepEqual(await call(deps, ['access:list', { app: 'zebra' }]), [
      { key: 'alice', role: 'admin', apps: null },
      { key: 'dora', role: 'deployer', apps: ['shop', 'zebra'] },
      { key: 'zoe', role: 'deployer', apps: ['zebra'] },
    ]);
    await call(deps, ['access:remove', { app: 'zebra', key: 'dora' }]);
    assert.equal(await appsOfDora(), 'shop');
    await failsWith('E_NOT_FOUND', call(deps, ['access:remove', { app: 'zebra', key: 'dora' }]));
  });

  it('refuse a key that is not there, and one that may do everything anyway', async (t) => {
    const { deps } = await twoApps(t);
    await failsWith('E_NOT_FOUND', call(deps, ['access:add', { app: 'shop', key: 'nobody' }]));
    await failsWith('E_NOT_FOUND', call(deps, ['access:remove', { app: 'shop', key: 'nobody' }]));
    const { message } = await failsWith('E_INPUT', call(deps, ['access:add', { app: 'shop', key: 'alice' }]));
    assert.equal(message, 'alice has the role admin: it may work on all apps already');
    await failsWith('E_INPUT', call(deps, ['ssh-keys:add', { name: 'x', key: publicKey(), role: 'boss' }]));
  });

  it('follow an app through its new name, and end with it', async (t) => {
    const { deps } = await twoApps(t);
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    await deps.settled();
    assert.deepEqual(deps.store.access.appsOf('dora'), ['store']);
    await call(deps, ['apps:destroy', { app: 'store' }]);
    await call(deps, ['apps:create', { app: 'store' }]);
    assert.deepEqual(deps.store.access.appsOf('dora'), []);
  });
});
