import assert from 'node:assert/strict';
import { it } from 'node:test';
import { look, shop, started } from '../../test/machine/shop-at-domain.ts';
import { MemoryIssuer } from '../acme/memory-issuer.ts';
import { newPrivateKey } from '../base/private-key.ts';
import { readFacts } from '../model/read-certificate.ts';

it('an authority is asked about many certificates in goes of some seconds, and then no more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const deps = await shop(t);
  const asked: string[] = [];
  Object.assign(deps.acme, {
    renewalWindow: async (_: string, chain: string) => {
      asked.push(chain);
      return null;
    },
  });
  const key = await newPrivateKey('ec256');
  const issuer = new MemoryIssuer();
  const now = Date.now();
  for (let at = 0; at < 45; at += 1) {
    const ordered = `www.shop-${at}.dev`;
    const chain = issuer.issue(ordered, key, { from: now, to: now + 90 * 86_400_000 });
    const pair = { chain, key, facts: readFacts(chain) };
    const directory = 'https://memory.test/directory';
    deps.store.certificates.add({ app: null, ordered, directory, pair, by: 'test', at: now });
  }
  await started(deps);
  for (let second = 0; second < 30; second += 1) {
    t.mock.timers.tick(1000);
    await deps.settled();
  }
  assert.ok(asked.length >= 45, String(asked.length));
  assert.equal(new Set(asked).size, asked.length, 'each once');
  const before = asked.length;
  await look(deps);
  assert.equal(asked.length, before);
});
