import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startFront, type AcmeFront, type Instead } from '../../test/machine/acme-front.ts';
import { startPebble, type Pebble } from '../../test/machine/pebble.ts';
import { proverOf, registered, wishFor } from './acme.contract.ts';
import type { CertificateWish } from './acme.ts';
import { Exchange, trustAlso } from './exchange.ts';
import { newPrivateKey } from '../base/private-key.ts';
import { MemoryIssuer } from './memory-issuer.ts';
import { rigOf } from './pebble-rig.fixture.ts';

/*
 * What pebble 2.4 does not know yet, profiles and the certificate that a new one replaces: the front in front of it says
 * that it does, and keeps what is ordered.
 */

const { signal } = new AbortController();
/** The certificate of the example of RFC 9773, 4.1, and its id. */
let old: string;
const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';

let pebble: Pebble;
before(async () => {
  pebble = await startPebble();
  const issuer = new MemoryIssuer(Buffer.from('69885b6b87464041e1b37b847ba0ae2cde01c8d4', 'hex'));
  old = issuer.issue('example.com', await newPrivateKey('ec256'), {
    from: Date.UTC(2026),
    to: Date.UTC(2027),
    serial: Buffer.from('0087654321', 'hex'),
  });
});
after(() => pebble.stop());

/** Orders by way of a front whose directory says more; gives what was ordered, try by try. */
async function ordersOf(more: object, wish: Partial<CertificateWish>, refusal?: Instead): Promise<object[]> {
  const orders: object[] = [];
  const exchange = new Exchange(5000, trustAlso(pebble.ca));
  const real = (await exchange.ask(pebble.directory, { signal })).text;
  exchange.close();
  let front: AcmeFront | undefined;
  const origin = () => new URL(front?.directory ?? pebble.directory).origin;
  front = await startFront(pebble, ({ path, payload }) => {
    if (path === '/dir') {
      const directory = JSON.parse(real.replaceAll(new URL(pebble.directory).origin, origin()));
      return { status: 200, body: { ...directory, ...more } };
    }
    if (typeof payload !== 'object' || payload === null || !('identifiers' in payload)) return undefined;
    orders.push(payload);
    return orders.length === 1 ? refusal : undefined;
  });
  try {
    const rig = { ...rigOf(pebble), directory: front.directory };
    const options = { prover: proverOf(rig, 'http-01'), signal };
    const { chain } = await rig.acme.order(await registered(rig), wishFor('new.example.com', wish), options);
    assert.ok(new X509Certificate(chain).checkHost('new.example.com'));
    return orders;
  } finally {
    await front.close();
  }
}

const identifiers = [{ type: 'dns', value: 'new.example.com' }];
const ari = { renewalInfo: 'https://localhost/ari' };

test('an order names its profile, where the authority has it', async () => {
  const meta = { profiles: { shortlived: 'six days' } };
  assert.deepEqual(await ordersOf({ meta }, { profile: 'shortlived' }), [
    { identifiers, profile: 'shortlived' },
  ]);
});

test('an order names the certificate that it replaces, where the authority knows of renewals', async () => {
  assert.deepEqual(await ordersOf(ari, { replaces: old }), [{ identifiers, replaces }]);
  assert.deepEqual(await ordersOf({}, { replaces: old }), [{ identifiers }]);
});

test('what has been replaced already is ordered as a new one', async () => {
  const type = 'urn:ietf:params:acme:error:alreadyReplaced';
  const refusal = { status: 409, body: { type, detail: 'done before' } };
  assert.deepEqual(await ordersOf(ari, { replaces: old }, refusal), [
    { identifiers, replaces },
    { identifiers },
  ]);
});
