import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import type { MemoryDeps } from '../../test/machine/memory-deps.ts';
import { shop, started } from '../../test/machine/shop-at-domain.ts';
import { failure } from '../model/failures.ts';

const standard = 'https://memory.test/directory';
const zerossl = 'https://acme.zerossl.com/v2/DV90';

const set = (deps: MemoryDeps, app: string | null, [property, value]: readonly [string, string | null]) =>
  call(deps, ['letsencrypt:set', { app, property, value }]);
const email = (deps: MemoryDeps, app: string | null, value: string | null) =>
  set(deps, app, ['email', value]);

/** What the authority has, and what we believe that it has. */
function contactAt(deps: MemoryDeps, directory = standard): string | null | undefined {
  const account = deps.store.acmeAccounts.find(directory);
  if (!account?.url) return undefined;
  const told = deps.authority.contacts.get(account.url);
  assert.equal(account.email, told);
  return told;
}

const bind = (deps: MemoryDeps) =>
  call(deps, [
    'letsencrypt:account',
    { server: 'zerossl', keyId: 'kid-1', key: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' },
  ]);

describe('the e-mail address of an account', () => {
  it('is told when it is registered, and when another one is set, or none', async (t) => {
    const deps = await shop(t);
    await email(deps, null, 'first@shop.dev');
    assert.equal(contactAt(deps), undefined, 'nobody is asked who does not know us');
    await started(deps);
    assert.equal(contactAt(deps), 'first@shop.dev');
    const { url } = deps.store.acmeAccounts.find(standard) ?? {};
    for (const value of ['second@shop.dev', null, 'third@shop.dev']) {
      await email(deps, null, value);
      assert.equal(contactAt(deps), value);
    }
    assert.equal(deps.store.acmeAccounts.find(standard)?.url, url);
  });

  it('that an authority does not take changes nothing; the same one is not told again', async (t) => {
    const deps = await shop(t);
    await email(deps, null, 'first@shop.dev');
    await started(deps);
    deps.authority.refuse = () => failure('E_ACME', 'no such domain');
    await failsWith('E_ACME', email(deps, null, 'x@nowhere.dev'));
    await failsWith('E_ACME', email(deps, null, null));
    await email(deps, null, 'first@shop.dev');
    assert.equal(deps.store.properties.get(null, 'letsencrypt.email'), 'first@shop.dev');
    assert.equal(contactAt(deps), 'first@shop.dev');
  });

  it('is the global one before that of an app, where both order at the same authority', async (t) => {
    const deps = await shop(t);
    await started(deps);
    await email(deps, 'shop', 'app@shop.dev');
    assert.equal(contactAt(deps), 'app@shop.dev');
    await email(deps, null, 'all@shop.dev');
    assert.equal(contactAt(deps), 'all@shop.dev');
    await email(deps, 'shop', 'other@shop.dev');
    assert.equal(contactAt(deps), 'all@shop.dev');
    await email(deps, null, null);
    assert.equal(contactAt(deps), 'other@shop.dev');
    await email(deps, 'shop', null);
    assert.equal(contactAt(deps), null);
  });

  it('is that of the app at an authority of its own, and the fallback has that of all', async (t) => {
    const deps = await shop(t);
    await started(deps);
    await email(deps, null, 'all@shop.dev');
    await bind(deps);
    assert.equal(contactAt(deps, zerossl), 'all@shop.dev');
    await set(deps, 'shop', ['server', 'zerossl']);
    await email(deps, 'shop', 'app@shop.dev');
    assert.deepEqual([contactAt(deps), contactAt(deps, zerossl)], ['all@shop.dev', 'app@shop.dev']);
    await set(deps, null, ['fallback-server', 'zerossl']);
    await email(deps, null, 'new@shop.dev');
    assert.deepEqual([contactAt(deps), contactAt(deps, zerossl)], ['new@shop.dev', 'new@shop.dev']);
  });

  it('of an authority that has forgotten us is told to it by a new account', async (t) => {
    const deps = await shop(t);
    await started(deps);
    deps.authority.accounts.clear();
    await email(deps, null, 'all@shop.dev');
    assert.equal(contactAt(deps), 'all@shop.dev');
  });
});
