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

test('wildcards are proven to an authority that asks the name server itself, where an alias leads too', async () => {
  // In the same zone: this name server follows no alias into another one, and pebble takes what it says.
  const server = await startKnot(
    ['zone.test'],
    ['_acme-challenge.far.zone.test. 60 CNAME far.proofs.zone.test.'],
  );
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
    for (const [domain, record] of [
      ['apps.zone.test', '_acme-challenge.apps.zone.test'],
      ['far.zone.test', 'far.proofs.zone.test'],
    ] as const) {
      const account = await registered(rig);
      const { chain, leftBehind } = await rig.acme.order(account, wishFor(`*.${domain}`), { prover, signal });
      assert.ok(new X509Certificate(chain).checkHost(`shop.${domain}`));
      assert.deepEqual(leftBehind, []);
      assert.deepEqual(await server.texts(record), []);
    }
  } finally {
    await pebble.stop();
    await server.stop();
  }
});
