import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { call } from '../../test/machine/memory-calls.ts';
import type { MemoryDeps } from '../../test/machine/memory-deps.ts';
import { selfSignedPem } from '../../test/machine/sample-calls.ts';
import {
  day,
  domain,
  here,
  item,
  look,
  pass,
  serial,
  shop,
  started,
} from '../../test/machine/shop-at-domain.ts';
import { failure } from '../model/failures.ts';

describe('a domain that leads here', () => {
  it('gets a certificate by itself, which is served, told and kept', async (t) => {
    const deps = await shop(t);
    await started(deps);
    assert.ok(serial(deps));
    const { state, issuer, note } = (await item(deps)) ?? {};
    assert.deepEqual([state, note], ['issued', '']);
    assert.ok(issuer);
    assert.equal(deps.authority.orders.length, 1);
    assert.deepEqual(deps.proxy.table.proofs?.length, 1, 'only the self-check is left');
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.subject, event?.outcome], ['letsencrypt:order', domain, 'ok']);
    await look(deps);
    assert.equal(deps.authority.orders.length, 1);
  });

  it('keeps it over a restart, and is not ordered again', async (t) => {
    const deps = await shop(t);
    await started(deps);
    const before = serial(deps);
    const again = deps.restarted();
    await again.routes.replaceAll(
      deps.proxy.table.routes.map((route) => route),
      again.store.certificates.all(),
    );
    assert.equal(serial(again), before);
    await again.certificates.look();
    await again.settled();
    assert.equal(deps.authority.orders.length, 1);
    await again.certificates.stop();
  });

  it('is renewed at two thirds of its life, and says to its authority what it renews', async (t) => {
    const deps = await shop(t);
    await started(deps);
    const before = serial(deps);
    pass(deps, 50 * day);
    await look(deps);
    assert.equal(serial(deps), before);
    pass(deps, 10 * day);
    await look(deps);
    assert.notEqual(serial(deps), before);
    assert.equal(deps.store.certificates.all().length, 1);
    assert.ok(deps.authority.orders[1]?.replaces?.includes('BEGIN CERTIFICATE'));
  });

  it('is renewed when its authority says so', async (t) => {
    const deps = await shop(t);
    await started(deps);
    pass(deps, day);
    const now = deps.clock.now();
    deps.authority.renewal = {
      start: new Date(now - 2 * day),
      end: new Date(now - day),
      explanation: null,
      askAgainAfter: day,
    };
    pass(deps, 2 * day);
    await look(deps);
    assert.equal(deps.authority.orders.length, 2);
  });
});

describe('a domain that does not lead here yet', () => {
  it('is not asked for at the authority, tells why, and is tried again once it does', async (t) => {
    const deps = await shop(t);
    deps.host.names.set(domain, ['198.51.100.7']);
    deps.host.answers.set('198.51.100.7', () => ({ status: 200, text: 'somebody else' }));
    await started(deps);
    assert.equal(deps.authority.orders.length, 0);
    const waiting = await item(deps);
    assert.equal(waiting?.state, 'waiting');
    assert.match(waiting?.note ?? '', /leads to 198\.51\.100\.7, which answers status 200/);
    deps.host.names.set(domain, [here]);
    await look(deps);
    assert.equal(deps.authority.orders.length, 0, 'not before its pause is over');
    pass(deps, 31_000);
    await look(deps);
    assert.equal(deps.authority.orders.length, 1);
    assert.equal((await item(deps))?.state, 'issued');
  });

  it('is tried at once where somebody asks for it, who is told what to do', async (t) => {
    const deps = await shop(t);
    deps.host.names.delete(domain);
    await started(deps);
    const { ordered, failed } = await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.deepEqual(ordered, []);
    assert.match(failed[0]?.message ?? '', /has no address yet/);
    assert.match(failed[0]?.hint ?? '', /a record that leads to 192\.0\.2\.1/);
    deps.host.names.set(domain, [here]);
    assert.deepEqual((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).ordered, [domain]);
  });

  it('whose other address is another machine is told which record to remove', async (t) => {
    const deps = await shop(t);
    deps.host.names.set(domain, [here, '2001:db8::1']);
    deps.host.answers.set('2001:db8::1', () => ({ status: 404, text: '' }));
    await started(deps);
    const { failed } = await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.match(failed[0]?.hint ?? '', /remove the AAAA record for 2001:db8::1/);
  });
});

describe('an authority that fails', () => {
  const refuse = (deps: MemoryDeps, ...args: Parameters<typeof failure>) => {
    deps.authority.refuse = (wish) => (wish ? failure(...args) : undefined);
  };

  it('is asked again after a pause that grows, never before it wants to be, and the old certificate serves', async (t) => {
    const deps = await shop(t);
    await started(deps);
    const before = serial(deps);
    pass(deps, 70 * day);
    refuse(deps, 'E_ACME_LIMIT', 'too many', { retryAfter: 3_600_000 });
    await look(deps);
    assert.equal(deps.authority.orders.length, 2);
    assert.equal(serial(deps), before);
    assert.match((await item(deps))?.note ?? '', /too many/);
    pass(deps, 3_500_000);
    await look(deps);
    assert.equal(deps.authority.orders.length, 2);
    pass(deps, 200_000);
    deps.authority.refuse = () => undefined;
    await look(deps);
    assert.notEqual(serial(deps), before);
  });

  it('is not asked more often for one domain than its limits allow, whoever asks', async (t) => {
    const deps = await shop(t);
    refuse(deps, 'E_ACME_PROOF', 'no proof');
    await started(deps);
    for (let round = 0; round < 10; round += 1) {
      pass(deps, 60_000);
      await look(deps);
    }
    const { length } = deps.authority.orders;
    assert.ok(length <= 4, String(length));
    for (let round = 0; round < 10; round += 1) await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.equal(deps.authority.orders.length, 4);
    const { failed } = await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.match(failed[0]?.message ?? '', /: 4 failed validations of the domain within an hour/);
    assert.match(failed[0]?.hint ?? '', /by itself from 2026-/);
  });

  it('leaves what it serves: asked for, it is not ordered anew, and not revoked without a new one', async (t) => {
    const deps = await shop(t);
    await started(deps);
    const before = serial(deps);
    assert.deepEqual((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).ordered, []);
    assert.equal(deps.authority.orders.length, 1);
    refuse(deps, 'E_ACME_DOWN', 'no answer');
    const { revoked, failed } = await call(deps, ['letsencrypt:revoke', { app: 'shop' }]);
    assert.deepEqual([revoked, failed[0]?.message], [[], 'no answer']);
    assert.equal(serial(deps), before);
    assert.equal(deps.authority.revoked.size, 0);
  });

  it('is not asked again and again where a try cannot even be noted', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const deps = await shop(t);
    let tries = 0;
    const { begin } = deps.store.acmeAttempts;
    const full = () => {
      tries += 1;
      throw failure('E_DISK_FULL', 'The disk is full');
    };
    Object.assign(deps.store.acmeAttempts, { begin: full });
    await started(deps);
    const seconds = async (count: number) => {
      for (let second = 0; second < count; second += 1) {
        t.mock.timers.tick(1000);
        await deps.settled();
      }
    };
    await seconds(20);
    assert.ok(tries >= 2 && tries <= 4, String(tries));
    Object.assign(deps.store.acmeAttempts, { begin });
    await seconds(20);
    assert.equal((await item(deps))?.state, 'issued');
  });

  it('is not asked beyond its limits by hand either, which is told', async (t) => {
    const deps = await shop(t);
    refuse(deps, 'E_ACME_PROOF', 'no proof');
    await started(deps);
    const outcomes = [];
    for (let round = 0; round < 6; round += 1)
      outcomes.push((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).failed[0]);
    assert.equal(deps.authority.orders.length, 4);
    assert.match(outcomes[2]?.message ?? '', /no proof/);
    assert.match(outcomes[5]?.message ?? '', /4 failed validations of the domain within an hour/);
    assert.match(outcomes[5]?.hint ?? '', /by itself from 2026-01-01T01:/);
    pass(deps, 3_600_000);
    deps.authority.refuse = () => undefined;
    assert.deepEqual((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).ordered, [domain]);
  });

  it('and forgot our account is introduced to us once more', async (t) => {
    const deps = await shop(t);
    await started(deps);
    deps.authority.accounts.clear();
    pass(deps, 70 * day);
    await look(deps);
    assert.equal(deps.authority.orders.length, 2);
    assert.equal((await item(deps))?.state, 'issued');
  });
});

describe('no certificate is ordered', () => {
  it('for an app that is disabled, or has one that was given', async (t) => {
    const deps = await shop(t);
    await call(deps, ['letsencrypt:disable', { app: 'shop' }]);
    await started(deps);
    assert.equal((await item(deps))?.note, 'disabled');
    await call(deps, ['letsencrypt:enable', { app: 'shop' }]);
    assert.equal(deps.authority.orders.length, 1);
    await call(deps, ['domains:set', { app: 'shop', domains: ['shop.example.com'] }]);
    await call(deps, ['certs:add', { app: 'shop' }], { stdin: Readable.from([selfSignedPem]) });
    await look(deps);
    assert.equal((await item(deps, 'shop.example.com'))?.state, 'given');
    assert.equal(deps.authority.orders.length, 1);
  });

  it('for a wildcard without a DNS provider, a name of one word, or an address', async (t) => {
    const deps = await shop(t);
    await call(deps, ['domains:set', { app: 'shop', domains: ['*.shop.dev', 'intranet', '10.0.0.1'] }]);
    await started(deps);
    const notes = (await call(deps, ['letsencrypt:list', { app: 'shop' }])).map(({ note }) => note);
    assert.deepEqual(notes, [
      'a wildcard needs letsencrypt:set dns-provider',
      'the name has one word only',
      'it is an address and no name',
    ]);
    assert.equal(deps.authority.orders.length, 0);
  });
});

it('revoking gets a new certificate before the old one is revoked', async (t) => {
  const deps = await shop(t);
  await started(deps);
  const before = serial(deps);
  const { revoked, ordered } = await call(deps, ['letsencrypt:revoke', { app: 'shop' }]);
  assert.deepEqual([revoked, ordered], [[domain], [domain]]);
  assert.notEqual(serial(deps), before);
  assert.deepEqual([...deps.authority.revoked], [before]);
});

it('accounts get new keys, and go on', async (t) => {
  const deps = await shop(t);
  await started(deps);
  const key = deps.store.acmeAccounts.all()[0]?.key.reveal();
  const { directories } = await call(deps, ['letsencrypt:account-key', {}]);
  assert.equal(directories.length, 1);
  assert.notEqual(deps.store.acmeAccounts.all()[0]?.key.reveal(), key);
  assert.deepEqual((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).failed, []);
});
