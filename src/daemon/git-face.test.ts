import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { call, type Files, hello, servingOf, tarOf } from '../../test/machine/memory-calls.ts';
import { MemoryDoor, readReply } from '../../test/machine/memory-door.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { actorOfKey } from '../ops/access.ts';
import { retryUntil } from '../base/retry.ts';
import { keyActor } from './server.ts';

const deps = memoryDeps();
let door: MemoryDoor;
before(async () => {
  deps.store.keys.add({ name: 'ann', fingerprint: 'SHA256:ann', publicKey: 'x', addedAt: 1, role: 'admin' });
  door = await MemoryDoor.open(
    deps,
    keyActor((name) => actorOfKey(deps.store, name)),
  );
});
after(async () => {
  await door.close();
  deps.close();
});

const headers = { 'Slipway-Key': 'ann' };
const commit = '1a2b3c4d'.repeat(5);
const receive = (app: string) => `/v1/git/receive?app=${app}&commit=${commit}&branch=main`;
const push = (app: string, files: Files) => door.ask(receive(app), { headers, body: tarOf(files) });
const authorize = (form: string) => door.ask('/v1/git/authorize', { headers, body: form });

describe('POST /v1/git/authorize', () => {
  it('makes an app for a push: its repository, and no branch yet', async () => {
    const reply = await authorize('app=shop&service=git-receive-pack');
    assert.deepEqual([reply.status, reply.body], [200, `${join(deps.settings.root, 'repos/shop.git')}\n\n`]);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.actor], ['apps:create', 'ann']);
  });

  it('refuses in plain text what is wrong', async () => {
    const missing = await authorize('app=gone&service=git-upload-pack');
    assert.deepEqual([missing.status, missing.body], [404, ' !     App gone does not exist\n']);
    for (const form of [
      '',
      'app=shop',
      'app=..%2Fx&service=git-receive-pack',
      'app=shop&service=sh',
      'x=1',
    ]) {
      const reply = await authorize(form);
      assert.equal(reply.status, 400, form);
      assert.match(reply.body, /^ ! {5}E_INPUT: /);
    }
  });
});

describe('POST /v1/git/receive', () => {
  it('deploys the tree and ends the body properly', async () => {
    const reply = await push('shop', hello);
    assert.deepEqual([reply.status, reply.isCut], [200, false]);
    assert.match(reply.body, /^-----> Deploying main \(1a2b3c4\) to shop\n/);
    assert.match(reply.body, /Release v1 of shop is live\n/);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1');
  });

  it('cuts the connection after the last line of a failure', async () => {
    const reply = await push('shop', { ...hello, Dockerfile: 'RUN false' });
    assert.deepEqual([reply.status, reply.isCut], [200, true]);
    assert.match(reply.body, /E_BUILD_FAILED: RUN false ended with 1\n.*Fix: /);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1');
  });

  it('cuts the connection for what cannot even begin', async () => {
    for (const path of ['/v1/git/receive', receive('gone'), `${receive('shop')}%0A`, receive('a%20b')]) {
      const reply = await door.ask(path, { headers, body: tarOf(hello) });
      assert.deepEqual([reply.status, reply.isCut], [200, true], path);
      assert.match(reply.body, /^ ! {5}/);
    }
  });

  it('is cancelled when the connection closes, and nothing is left of it', async () => {
    const sent = door.send(receive('shop'), {
      headers,
      body: tarOf({ ...hello, Dockerfile: 'RUN forever' }),
    });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const reply = readReply(response);
    const isBuilding = async () => (deps.store.deploys.unfinished().length > 0 ? true : undefined);
    const patience = { firstPause: 5, maxPause: 20, timeout: 10_000 };
    await retryUntil(isBuilding, patience);
    sent.destroy();
    assert.equal((await reply).isCut, true);
    await retryUntil(async () => ((await isBuilding()) ? undefined : true), patience);
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.state, deploy?.failure?.code], ['cancelled', 'E_CANCELLED']);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1');
  });

  it('is cancelled when the body breaks off', async () => {
    const sent = door.send(receive('shop'), {
      headers: { ...headers, 'Content-Length': '100000' },
      body: 'x',
    });
    sent.on('error', () => {});
    const before = (await call(deps, ['deploys', { app: 'shop' }])).length;
    const patience = { firstPause: 5, maxPause: 20, timeout: 10_000 };
    await retryUntil(async () => deps.store.deploys.unfinished()[0], patience);
    sent.destroy();
    await retryUntil(async () => (deps.store.deploys.unfinished().length === 0 ? true : undefined), patience);
    const deploys = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploys.length, deploys[0]?.state], [before + 1, 'cancelled']);
  });
});

describe('the door for keys', () => {
  it('refuses who names no key, or a name that no key can have', async () => {
    for (const wrong of [{}, { 'Slipway-Key': '' }, { 'Slipway-Key': 'a b' }, { 'Slipway-Key': '../x' }]) {
      for (const path of ['/v1/git/authorize', receive('shop'), '/v1/command', '/v1/operations/version']) {
        const body = path === '/v1/command' ? '{"words":["version"]}' : '';
        const reply = await door.ask(path, { headers: wrong, body });
        assert.match(reply.body, /E_NOT_ALLOWED|E_INPUT/, path);
      }
    }
  });

  it('never met a bug', () =>
    assert.deepEqual(
      deps.logged.filter((line) => line.includes('"msg":"bug"')),
      [],
    ));
});
