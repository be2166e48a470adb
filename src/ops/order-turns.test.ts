import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, hello, push } from '../../test/machine/memory-calls.ts';
import type { MemoryDeps } from '../../test/machine/memory-deps.ts';
import { domain, item, look, serial, shop, started } from '../../test/machine/shop-at-domain.ts';
import type { Prover } from '../acme/acme.ts';

describe('domains that are proven by DNS', () => {
  /** Notes what is shown at the same time. */
  function noting(deps: MemoryDeps) {
    const shown = new Map<string, number>();
    let most = 0;
    const prover: Prover = {
      kind: 'dns-01',
      async show(proof) {
        if (proof.kind !== 'dns-01') return;
        shown.set(proof.record, (shown.get(proof.record) ?? 0) + 1);
        most = Math.max(
          most,
          [...shown.values()].reduce((sum, count) => sum + count, 0),
        );
        assert.equal(shown.get(proof.record), 1, `${proof.record} is in use`);
        await new Promise((resolve) => setImmediate(resolve));
      },
      async hide(proof) {
        if (proof.kind === 'dns-01') shown.set(proof.record, (shown.get(proof.record) ?? 1) - 1);
      },
    };
    Object.assign(deps, { dnsProver: () => prover });
    deps.authority.look = async () => undefined;
    return { most: () => most };
  }

  const domains = ['wiki.dev', '*.wiki.dev', 'a.wiki.dev'];

  it('are proven one after another in one zone, by themselves and by hand', async (t) => {
    for (const byHand of [false, true]) {
      const deps = await shop(t);
      const { most } = noting(deps);
      await call(deps, ['letsencrypt:set', { app: null, property: 'dns-provider', value: 'program' }]);
      await call(deps, ['domains:set', { app: 'shop', domains }]);
      if (byHand) assert.equal((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).ordered.length, 3);
      else await started(deps);
      await look(deps);
      await look(deps);
      for (const host of domains) assert.equal((await item(deps, host))?.state, 'issued', host);
      assert.equal(most(), 1);
    }
  });

  it('and of different zones at the same time, but never more than four', async (t) => {
    const deps = await shop(t);
    const { most } = noting(deps);
    const many = Array.from({ length: 9 }, (_, index) => `*.wiki${index}.dev`);
    await call(deps, ['letsencrypt:set', { app: 'shop', property: 'dns-provider', value: 'program' }]);
    await call(deps, ['domains:set', { app: 'shop', domains: many }]);
    assert.equal((await call(deps, ['letsencrypt:enable', { app: 'shop' }])).ordered.length, 9);
    assert.ok(most() > 1 && most() <= 4, String(most()));
  });

  it('under a global domain have one certificate for all apps', async (t) => {
    const deps = await shop(t);
    noting(deps);
    await call(deps, ['domains:set-global', { domains: ['apps.dev'] }]);
    await call(deps, ['letsencrypt:set', { app: null, property: 'dns-provider', value: 'program' }]);
    await call(deps, ['apps:create', { app: 'blog' }]);
    await push(deps, ['blog', hello]);
    await started(deps);
    assert.deepEqual(deps.authority.orders.map((wish) => wish.domain).toSorted(), ['*.apps.dev', domain]);
    await call(deps, ['apps:create', { app: 'docs' }]);
    await push(deps, ['docs', hello]);
    assert.equal(serial(deps, 'docs.apps.dev'), serial(deps, 'blog.apps.dev'));
    await look(deps);
    assert.equal(deps.authority.orders.length, 2);
  });
});
