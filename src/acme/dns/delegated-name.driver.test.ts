import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startKnot, type NameServer } from '../../../test/machine/knot.ts';
import { Secret } from '../../base/secret.ts';
import { failsWith } from '../acme.contract.ts';
import { delegatedName } from './delegated-name.ts';
import { dnsProver } from './dns-prover.ts';
import { Rfc2136Records } from './rfc2136.ts';
import { zoneServers } from './zone-servers.ts';

const { signal } = new AbortController();
const records = [
  '_acme-challenge.one.zone.test. 60 CNAME proof.proof.test.',
  '_acme-challenge.other.zone.test. 60 CNAME Alias.proof.test.',
  'alias.proof.test. 60 CNAME proof.proof.test.',
  '*.apps.zone.test. 60 CNAME machine.proof.test.',
  '_acme-challenge.circle.zone.test. 60 CNAME circle.zone.test.',
  'circle.zone.test. 60 CNAME _acme-challenge.circle.zone.test.',
  '_acme-challenge.odd.zone.test. 60 CNAME a\\;b.proof.test.',
];
let server: NameServer;
before(async () => {
  server = await startKnot(['zone.test', 'proof.test'], records);
});
after(() => server.stop());

const nameFor = (domain: string, servers = [server.address]) =>
  delegatedName(`_acme-challenge.${domain}`, signal, servers);

test('a name that is no alias is written itself, also where DNS does not answer', async () => {
  assert.equal(await nameFor('shop.zone.test'), '_acme-challenge.shop.zone.test');
  assert.equal(await nameFor('one.zone.test', ['127.0.0.1:1']), '_acme-challenge.one.zone.test');
});

test('aliases are followed to their end', async () => {
  assert.equal(await nameFor('one.zone.test'), 'proof.proof.test');
  assert.equal(await nameFor('other.zone.test'), 'proof.proof.test');
});

test('an alias of all names is none of the proof', async () => {
  assert.equal(await nameFor('apps.zone.test'), '_acme-challenge.apps.zone.test');
});

test('aliases in a circle, and to what is no name, are told', async () => {
  await assert.rejects(nameFor('circle.zone.test'), failsWith('E_DNS_PROVIDER', /more than 8 aliases lead/));
  await assert.rejects(nameFor('odd.zone.test'), failsWith('E_DNS_PROVIDER', /an alias of what is no name/));
});

test('the zone’s own servers are asked for the name, and not those that would keep in mind that it is not there', async () => {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  const asked: string[] = [];
  let client = 0;
  front.on('message', (question, { port }) => {
    asked.push(question.toString('latin1'));
    client = port;
    back.send(question, server.port, '127.0.0.1');
  });
  back.on('message', (answer) => front.send(answer, client, '127.0.0.1'));
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  try {
    const given = [`127.0.0.1:${front.address().port}`];
    assert.deepEqual(await zoneServers('_acme-challenge.one.zone.test', signal, given), [server.own]);
    assert.equal(await nameFor('one.zone.test', given), 'proof.proof.test');
    assert.ok(asked.length > 0);
    assert.ok(!asked.some((question) => question.includes('_acme-challenge')));
  } finally {
    front.close();
    back.close();
  }
});

const proofOf = (value: string) =>
  ({
    kind: 'dns-01',
    domain: `${value}.zone.test`,
    record: `_acme-challenge.${value}.zone.test`,
    value,
  }) as const;

test('proofs of two domains are shown by one name, and each is taken away there', async () => {
  const { port, keyName } = server;
  const key = { server: '127.0.0.1', port, algorithm: 'hmac-sha256', keyName } as const;
  const provider = new Rfc2136Records({ ...key, secret: new Secret(server.secret) });
  const prover = dnsProver(provider, { servers: [server.address] });
  const [one, other] = [proofOf('one'), proofOf('other')];
  await Promise.all([prover.show(one, signal), prover.show(other, signal)]);
  assert.deepEqual(await server.texts('proof.proof.test'), ['one', 'other']);
  await prover.hide(one);
  assert.deepEqual(await server.texts('proof.proof.test'), ['other']);
  await prover.hide(other);
  assert.deepEqual(await server.texts('proof.proof.test'), []);
});
