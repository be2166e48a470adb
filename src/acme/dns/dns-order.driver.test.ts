import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { startKnot } from '../../../test/machine/knot.ts';
import { startPebble } from '../../../test/machine/pebble.ts';
import { Secret } from '../../base/secret.ts';
import { registered, wishFor } from '../acme.contract.ts';
import { rigOf } from '../pebble-rig.fixture.ts';
import { dnsProver } from './dns-prover.ts';
import { Rfc2136Records } from './rfc2136.ts';

const { signal } = new AbortController();

test('a wildcard is proven to an authority that asks the name server itself', async () => {
  const server = await startKnot(['zone.test']);
  const pebble = await startPebble({ dnsServer: server.address });
  try {
    const rig = rigOf(pebble);
    const { port, keyName } = server;
    const secret = new Secret(server.secret);
    const records = new Rfc2136Records({
      server: '127.0.0.1',
      port,
      algorithm: 'hmac-sha256',
      keyName,
      secret,
    });
    const prover = dnsProver(records, { servers: [server.address] });
    const wish = wishFor('*.apps.zone.test');
    const { chain, leftBehind } = await rig.acme.order(await registered(rig), wish, { prover, signal });
    assert.ok(new X509Certificate(chain).checkHost('shop.apps.zone.test'));
    assert.deepEqual(leftBehind, []);
    assert.deepEqual(await server.texts('_acme-challenge.apps.zone.test'), []);
  } finally {
    await pebble.stop();
    await server.stop();
  }
});
