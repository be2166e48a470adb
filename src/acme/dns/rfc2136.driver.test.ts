import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startKnot, type NameServer } from '../../../test/machine/knot.ts';
import { Secret } from '../../base/secret.ts';
import type { UpdateKey } from '../../tools/nsupdate.ts';
import { failsWith } from '../acme.contract.ts';
import { awaitText } from './await-text.ts';
import { dnsProver } from './dns-prover.ts';
import { Rfc2136Records } from './rfc2136.ts';

const { signal } = new AbortController();
let server: NameServer;
before(async () => {
  server = await startKnot(['zone.test']);
});
after(() => server.stop());

const keyOf = (more: Partial<UpdateKey> = {}): UpdateKey => ({
  server: '127.0.0.1',
  port: server.port,
  algorithm: 'hmac-sha256',
  keyName: server.keyName,
  secret: new Secret(server.secret),
  ...more,
});

test('values are added and removed one by one; twice is fine', async () => {
  const records = new Rfc2136Records(keyOf());
  const name = '_acme-challenge.two.zone.test';
  for (const value of ['one', 'two', 'two']) await records.add({ name, value }, signal);
  assert.deepEqual(await server.texts(name), ['one', 'two']);
  for (let count = 0; count < 2; count += 1) await records.remove({ name, value: 'one' }, signal);
  assert.deepEqual(await server.texts(name), ['two']);
});

test('a proof is shown until it is hidden', async () => {
  const prover = dnsProver(new Rfc2136Records(keyOf()), { servers: [server.address] });
  const record = '_acme-challenge.shop.zone.test';
  const proof = { kind: 'dns-01', domain: 'shop.zone.test', record, value: 'dGhlIHByb29m' } as const;
  await prover.show(proof, signal);
  assert.deepEqual(await server.texts(record), ['dGhlIHByb29m']);
  await prover.hide(proof);
  assert.deepEqual(await server.texts(record), []);
});

test('a wrong key, a foreign zone and a server that is not there are told', async () => {
  const secret = new Secret(Buffer.alloc(32).toString('base64'));
  const record = { name: '_acme-challenge.zone.test', value: 'v' };
  const wrong = new Rfc2136Records(keyOf({ secret })).add(record, signal);
  await assert.rejects(
    wrong,
    failsWith('E_DNS_PROVIDER', /127\.0\.0\.1 does not add _acme-challenge\.zone\.test/),
  );
  const foreign = new Rfc2136Records(keyOf()).add({ ...record, name: '_acme-challenge.other.test' }, signal);
  await assert.rejects(foreign, failsWith('E_DNS_PROVIDER'));
  const nobody = new Rfc2136Records(keyOf({ port: 1 })).add(record, signal);
  await assert.rejects(nobody, failsWith('E_DNS_PROVIDER'));
});

test('a record that a name server does not get is told, with the server', async () => {
  const options = { servers: [server.address], patience: 100 };
  await assert.rejects(
    awaitText({ name: '_acme-challenge.never.zone.test', value: 'v' }, signal, options),
    failsWith('E_DNS_PROVIDER', new RegExp(`name server ${server.address} does not have it`)),
  );
});

test('a name server that does not answer from here is not waited for', async () => {
  await awaitText({ name: '_acme-challenge.zone.test', value: 'v' }, signal, { servers: ['127.0.0.1:1'] });
});

test('waiting ends with an abort', async () => {
  const waiting = awaitText({ name: 'none.zone.test', value: 'v' }, AbortSignal.timeout(50), {
    servers: [server.address],
  });
  await assert.rejects(waiting, { name: 'TimeoutError' });
});
