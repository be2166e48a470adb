import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import type { MemoryDeps } from '../../test/machine/memory-deps.ts';
import { domain, item, look, pass, shop, started } from '../../test/machine/shop-at-domain.ts';
import { failure } from '../model/failures.ts';

const zerossl = 'https://acme.zerossl.com/v2/DV90';
const hour = 3_600_000;
const key = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';

const bind = (deps: MemoryDeps, more: { keyId?: string; key?: string } = {}) =>
  call(deps, ['letsencrypt:account', { server: 'zerossl', keyId: 'kid-1', key, ...more }]);
const setFallback = (deps: MemoryDeps) =>
  call(deps, ['letsencrypt:set', { app: null, property: 'fallback-server', value: 'zerossl' }]);

describe('an account that somebody has at an authority', () => {
  it('is registered at once, and kept with its sealed key', async (t) => {
    const deps = await shop(t);
    assert.deepEqual(await bind(deps, { key: `${key}=\n` }), { directory: zerossl });
    const account = deps.store.acmeAccounts.find(zerossl);
    assert.ok(account?.url);
    assert.deepEqual([account.binding?.keyId, account.binding?.hmacKey.reveal()], ['kid-1', key]);
    const before = account.key.reveal();
    await bind(deps, { keyId: 'kid-2' });
    const after = deps.store.acmeAccounts.find(zerossl);
    assert.notEqual(after?.key.reveal(), before, 'another account');
    assert.equal(after?.binding?.keyId, 'kid-2');
  });

  it('that the authority does not take changes nothing', async (t) => {
    const deps = await shop(t);
    deps.authority.refuse = () => failure('E_ACME', 'no such key');
    await failsWith('E_ACME', bind(deps));
    assert.equal(deps.store.acmeAccounts.find(zerossl), undefined);
    deps.authority.refuse = () => undefined;
    await bind(deps);
    const { url } = deps.store.acmeAccounts.find(zerossl) ?? {};
    deps.authority.refuse = () => failure('E_ACME', 'no such key');
    await failsWith('E_ACME', bind(deps, { keyId: 'kid-2' }));
    const kept = deps.store.acmeAccounts.find(zerossl);
    assert.deepEqual([kept?.url, kept?.binding?.keyId], [url, 'kid-1']);
  });

  it('with a key that is none is refused', async (t) => {
    const deps = await shop(t);
    for (const wrong of ['', 'short', `${key} ${key}`, `${key}/+`, `${key}\n${key}`])
      await failsWith('E_INPUT', bind(deps, { key: wrong }));
    assert.equal(deps.store.acmeAccounts.find(zerossl), undefined);
  });
});

describe('a second authority', () => {
  const down = () => failure('E_ACME_DOWN', 'it does not answer');

  it('is asked once the first one could not three times, which is told, and the first one is renewed with', async (t) => {
    const deps = await shop(t);
    await setFallback(deps);
    deps.authority.refuse = (wish) => (wish ? down() : undefined);
    await started(deps);
    const asked = () => deps.store.acmeAttempts.since(0).map(({ directory }) => new URL(directory).host);
    for (const pause of [60_000, 6 * 60_000]) {
      assert.equal((await item(deps))?.note, 'it does not answer');
      pass(deps, pause);
      await look(deps);
    }
    assert.deepEqual(asked(), ['memory.test', 'memory.test', 'memory.test']);
    assert.equal((await item(deps))?.note, 'it does not answer; asked next: acme.zerossl.com');
    deps.authority.refuse = () => undefined;
    pass(deps, hour);
    await look(deps);
    assert.equal(asked()[0], 'acme.zerossl.com');
    const [certificate] = deps.store.certificates.all();
    assert.deepEqual([certificate?.directory, (await item(deps))?.note], [zerossl, '']);
    pass(deps, 70 * 24 * hour);
    await look(deps);
    assert.equal(asked()[0], 'memory.test');
    assert.equal(deps.store.certificates.all()[0]?.directory, 'https://memory.test/directory');
  });

  it('has no profile of the first one', async (t) => {
    const deps = await shop(t);
    await setFallback(deps);
    await call(deps, ['letsencrypt:set', { app: null, property: 'profile', value: 'shortlived' }]);
    deps.authority.refuse = (wish) => (wish ? down() : undefined);
    await started(deps);
    for (let round = 0; round < 3; round += 1) await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.deepEqual(
      deps.authority.orders.map(({ profile }) => profile),
      ['shortlived', 'shortlived', 'shortlived', null],
    );
  });

  it('is for all apps, and none without it', async (t) => {
    const deps = await shop(t);
    await failsWith(
      'E_INPUT',
      call(deps, ['letsencrypt:set', { app: 'shop', property: 'fallback-server', value: 'zerossl' }]),
    );
    await failsWith(
      'E_INPUT',
      call(deps, ['letsencrypt:set', { app: null, property: 'fallback-server', value: 'http://x' }]),
    );
    deps.authority.refuse = (wish) => (wish ? down() : undefined);
    await started(deps);
    for (let round = 0; round < 5; round += 1) await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.ok(
      deps.store.acmeAttempts
        .since(0)
        .every(({ directory }) => directory === 'https://memory.test/directory'),
    );
    assert.equal((await item(deps, domain))?.note, 'it does not answer');
  });
});
