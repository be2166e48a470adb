import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { failure } from '../model/failures.ts';
import { acmeContract, failsWith, newAccount, proverOf, registered, wishFor } from './acme.contract.ts';
import { MemoryAcme, MemoryAuthority } from './memory.ts';

const { signal } = new AbortController();

function open() {
  const authority = new MemoryAuthority();
  const seen = new Map<string, string>();
  const placeOf = (proof: { domain: string; token?: string; record?: string }) =>
    proof.record ?? `${proof.domain}/${proof.token}`;
  authority.look = async (proof) => {
    const content = seen.get(placeOf(proof)) ?? 'nothing';
    return content === (proof.kind === 'dns-01' ? proof.value : proof.answer) ? undefined : content;
  };
  return {
    authority,
    acme: new MemoryAcme(authority),
    directory: 'https://memory.test/directory',
    root: authority.issuer.root,
    show: async (proof: { domain: string }, content: string) => void seen.set(placeOf(proof), content),
    hide: async (proof: { domain: string }) => void seen.delete(placeOf(proof)),
    contacts: async ({ url }: { url: string | null }) => {
      const email = authority.contacts.get(url ?? '');
      return typeof email === 'string' ? [`mailto:${email}`] : [];
    },
    isRevoked: async (chain: string) => authority.revoked.has(new X509Certificate(chain).serialNumber),
    close: async () => {},
  };
}

acmeContract('memory', async () => open());

test('an order is refused as it was set, and counted', async () => {
  const rig = open();
  const account = await registered(rig);
  const limited = failure('E_ACME_LIMIT', 'too many', { retryAfter: 1000 });
  rig.authority.refuse = (wish) => (wish?.domain === 'a.example.com' ? limited : undefined);
  const options = { prover: proverOf(rig, 'http-01'), signal };
  await assert.rejects(rig.acme.order(account, wishFor('a.example.com'), options), limited);
  await rig.acme.order(account, wishFor('b.example.com'), options);
  assert.deepEqual(
    rig.authority.orders.map(({ domain }) => domain),
    ['a.example.com', 'b.example.com'],
  );
  rig.authority.refuse = () => failure('E_ACME_DOWN', 'no answer');
  await assert.rejects(rig.acme.register(await newAccount(rig.directory), signal), failsWith('E_ACME_DOWN'));
});

test('a certificate is valid from the present of the clock, for the lifetime that was set', async () => {
  const authority = new MemoryAuthority({ now: () => Date.UTC(2027, 3, 1) });
  authority.lifetime = 6;
  const rig = {
    acme: new MemoryAcme(authority),
    directory: 'https://memory.test/',
    show: async () => {},
    hide: async () => {},
  };
  const options = { prover: proverOf(rig, 'http-01'), signal };
  const { chain } = await rig.acme.order(await registered(rig), wishFor('a.example.com'), options);
  const { validFromDate, validToDate } = new X509Certificate(chain);
  assert.equal(validFromDate.getTime(), Date.UTC(2027, 3, 1));
  assert.equal(validToDate.getTime(), Date.UTC(2027, 3, 7));
});
