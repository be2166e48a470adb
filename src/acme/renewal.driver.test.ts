import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startFront, type Instead } from '../../test/machine/acme-front.ts';
import { startPebble, type Pebble } from '../../test/machine/pebble.ts';
import { exec } from '../base/exec.ts';
import { failsWith, proverOf, registered, wishFor } from './acme.contract.ts';
import { rigOf } from './pebble-rig.fixture.ts';
import { renewalId } from './renewal-id.ts';

const { signal } = new AbortController();

describe('acme client and times of renewal', () => {
  let pebble: Pebble;
  before(async () => {
    pebble = await startPebble();
  });
  after(() => pebble.stop());

  /** Pebble 2.4 has no ARI, so the front speaks it. */
  async function windowFrom(answer: Instead) {
    let origin = '';
    const front = await startFront(pebble, ({ path }) => {
      if (path.startsWith('/ari/')) return answer;
      const nowhere = `${origin}/x`;
      const names = ['newNonce', 'newAccount', 'newOrder', 'revokeCert', 'keyChange'];
      const body = {
        ...Object.fromEntries(names.map((name) => [name, nowhere])),
        renewalInfo: `${origin}/ari`,
      };
      return { status: 200, body };
    });
    origin = new URL(front.directory).origin;
    const rig = rigOf(pebble);
    try {
      const options = { prover: proverOf(rig, 'http-01'), signal };
      const { chain } = await rig.acme.order(await registered(rig), wishFor('ari.example.com'), options);
      const window = await rig.acme.renewalWindow(front.directory, chain, signal);
      assert.equal(front.asked.at(-1), `/ari/${renewalId(chain)}`);
      return window;
    } finally {
      await front.close();
    }
  }

  test('the id of a certificate is made of what openssl reads in it', async () => {
    const rig = rigOf(pebble);
    const options = { prover: proverOf(rig, 'http-01'), signal };
    const { chain } = await rig.acme.order(await registered(rig), wishFor('id.example.com'), options);
    const words = ['x509', '-noout', '-ext', 'authorityKeyIdentifier'];
    const { stdout } = await exec('openssl', words, { stdin: chain });
    const key = /(?:[0-9A-F]{2}:)+[0-9A-F]{2}/.exec(stdout)?.[0].replaceAll(':', '') ?? 'none';
    const { serialNumber } = new X509Certificate(chain);
    const [keyId, serialId] = renewalId(chain)
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex').toUpperCase());
    assert.equal(keyId, key);
    assert.equal(serialId?.replace(/^00(?=[89A-F])/, ''), serialNumber);
    assert.equal(
      await rig.acme.renewalWindow(pebble.directory, chain, signal),
      null,
      'pebble 2.4 has no ARI',
    );
  });

  const suggestedWindow = { start: '2027-01-02T04:00:00Z', end: '2027-01-03T04:00:00Z' };

  test('a window is read, with its page and when to ask again', async () => {
    const body = { suggestedWindow, explanationURL: 'https://example.com/why' };
    assert.deepEqual(await windowFrom({ status: 200, headers: { 'Retry-After': '21600' }, body }), {
      start: new Date(suggestedWindow.start),
      end: new Date(suggestedWindow.end),
      explanation: 'https://example.com/why',
      askAgainAfter: 21_600_000,
    });
  });

  test('it is asked again within a minute to a day', async () => {
    const often = await windowFrom({
      status: 200,
      headers: { 'Retry-After': '1' },
      body: { suggestedWindow },
    });
    const seldom = await windowFrom({
      status: 200,
      headers: { 'Retry-After': '9999999' },
      body: { suggestedWindow },
    });
    assert.deepEqual([often?.askAgainAfter, seldom?.askAgainAfter], [60_000, 86_400_000]);
  });

  test('a certificate that the authority does not know has no window', async () => {
    assert.equal(await windowFrom({ status: 404, body: {} }), null);
  });

  test('a window that ends before it begins is no answer', async () => {
    const body = { suggestedWindow: { start: suggestedWindow.end, end: suggestedWindow.start } };
    await assert.rejects(
      windowFrom({ status: 200, body }),
      failsWith('E_ACME_DOWN', /ends before it begins/),
    );
  });
});
