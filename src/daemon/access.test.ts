import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { call, hello, live, servingOf, tarOf } from '../../test/machine/memory-calls.ts';
import { MemoryDoor } from '../../test/machine/memory-door.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { publicKey, sampleInputs } from '../../test/machine/sample-calls.ts';
import { operationNames } from '../contract/operations.ts';
import { actorOfKey } from '../ops/access.ts';
import { keyActor } from './server.ts';

/* What each kind of key gets at the door: alice is an admin, dora may work on shop, zoe on zebra; eve is nobody. */

const deps = memoryDeps();
let door: MemoryDoor;

before(async () => {
  for (const [name, role] of Object.entries({ alice: 'admin', dora: 'deployer', zoe: 'deployer' }))
    await call(deps, ['ssh-keys:add', { name, key: publicKey(), role }]);
  for (const [app, key] of Object.entries({ shop: 'dora', zebra: 'zoe' })) {
    await live(deps, app);
    await call(deps, ['access:add', { app, key }]);
  }
  door = await MemoryDoor.open(
    deps,
    keyActor((name) => actorOfKey(deps.store, name)),
  );
});
after(async () => {
  await door.close();
  deps.close();
});

function post(key: string, path: string, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return door.ask(path, { headers: { 'Slipway-Key': key }, body: text });
}

const authorize = async (key: string, app: string, service: string) => {
  const { status, body } = await post(key, '/v1/git/authorize', `app=${app}&service=git-${service}-pack`);
  return { status, body };
};

function receive(key: string, app: string) {
  const query = `app=${app}&commit=${'1a2b3c4d'.repeat(5)}&branch=main`;
  return door.ask(`/v1/git/receive?${query}`, { headers: { 'Slipway-Key': key }, body: tarOf(hello) });
}

describe('a key that is not in the store', () => {
  it('is refused every operation, also those that need no right', async () => {
    for (const name of operationNames) {
      const { status, body } = await post('eve', `/v1/operations/${name}`, sampleInputs[name]);
      assert.equal(status, 403, name);
      assert.equal(JSON.parse(body).code, 'E_NOT_ALLOWED', name);
    }
  });

  it('is refused commands, help and completion', async () => {
    for (const words of [['version'], ['help'], ['apps:list']]) {
      const { body } = await post('eve', '/v1/command', { words });
      assert.match(body, /E_NOT_ALLOWED: There is no key eve on this server/);
      assert.doesNotMatch(body, /shop|slipway version/);
    }
    assert.equal((await post('eve', '/v1/complete', { words: ['apps:report', ''] })).status, 403);
  });

  it('is refused git, in plain text', async () => {
    const text = ' !     E_NOT_ALLOWED: There is no key eve on this server\n';
    for (const service of ['receive', 'upload']) {
      for (const app of ['shop', 'absent']) {
        const { status, body } = await authorize('eve', app, service);
        assert.equal(status, 403);
        assert.ok(body.startsWith(text), body);
      }
    }
    const pushed = await receive('eve', 'shop');
    assert.ok(pushed.isCut && pushed.body.startsWith(text), pushed.body);
  });

  it('cannot be left out', async () => {
    const { status, body } = await door.ask('/v1/operations/version', { body: '{}' });
    assert.deepEqual([status, JSON.parse(body).code], [403, 'E_NOT_ALLOWED']);
  });
});

describe('git', () => {
  it('lets an admin and the deployer of the app push and fetch', async () => {
    for (const key of ['alice', 'dora'])
      for (const service of ['receive', 'upload'])
        assert.match((await authorize(key, 'shop', service)).body, /\/repos\/shop\.git\nmain\n$/);
    const pushed = await receive('dora', 'shop');
    assert.equal(pushed.isCut, false, pushed.body);
    await deps.settled();
    assert.match(servingOf(deps, 'shop'), /^web\.1\./);
  });

  it('lets nobody else push, nor learn that there is such an app', async () => {
    for (const app of ['shop', 'absent']) {
      const { status, body } = await authorize('zoe', app, 'receive');
      assert.equal(status, 403);
      assert.match(
        body,
        new RegExp(`^ !     E_NOT_ALLOWED: App ${app} does not exist, and zoe may not create apps\n`),
      );
      const fetched = await authorize('zoe', app, 'upload');
      assert.deepEqual(fetched, { status: 404, body: ` !     App ${app} does not exist\n` });
      const pushed = await receive('zoe', app);
      assert.ok(pushed.isCut);
      assert.equal(pushed.body, ` !     App ${app} does not exist\n`);
    }
    assert.equal(deps.store.apps.find('absent'), undefined);
    const deploys = await call(deps, ['deploys', { app: 'shop' }]);
    assert.ok(deploys.every(({ actor }) => actor !== 'zoe'));
  });
});

describe('completion', () => {
  const complete = async (key: string, ...words: string[]) =>
    JSON.parse((await post(key, '/v1/complete', { words })).body);

  it('offers a deployer the names of its own apps, and none of keys', async () => {
    await call(deps, ['config:set', { app: 'zebra', pairs: ['STRIPES=2'], noRestart: true }]);
    assert.deepEqual(await complete('alice', 'apps:report', ''), ['shop', 'zebra']);
    assert.deepEqual(await complete('dora', 'apps:report', ''), ['shop']);
    assert.deepEqual(await complete('alice', 'config:get', 'zebra', 'ST'), ['STRIPES']);
    assert.deepEqual(await complete('dora', 'config:get', 'zebra', 'ST'), []);
    assert.deepEqual(await complete('alice', 'ssh-keys:remove', 'd'), ['dora']);
    assert.deepEqual(await complete('dora', 'ssh-keys:remove', 'd'), []);
  });
});

describe('access', () => {
  it('ends at once: with the grant, and with the key', async () => {
    const list = async () => (await post('zoe', '/v1/operations/apps:list', {})).body;
    assert.match(await list(), /zebra/);
    await call(deps, ['access:remove', { app: 'zebra', key: 'zoe' }]);
    assert.equal(await list(), '{"t":"result","value":[]}\n');
    await call(deps, ['ssh-keys:remove', { name: 'zoe' }]);
    assert.match(await list(), /E_NOT_ALLOWED/);
  });
});
