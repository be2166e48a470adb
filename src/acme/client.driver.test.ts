import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startFront, type Instead } from '../../test/machine/acme-front.ts';
import { startMuteServer } from '../../test/machine/mute-server.ts';
import { startPebble, type Pebble } from '../../test/machine/pebble.ts';
import { newPrivateKey } from '../base/private-key.ts';
import { Secret } from '../base/secret.ts';
import { acmeContract, failsWith, newAccount, proverOf, registered, wishFor } from './acme.contract.ts';
import { AcmeClient } from './client.ts';
import { rigOf } from './pebble-rig.fixture.ts';

const { signal } = new AbortController();

acmeContract('client', async () => rigOf(await startPebble()));

const tooMany = {
  status: 429,
  headers: { 'Retry-After': '3600', 'Content-Type': 'application/problem+json' },
  body: {
    type: 'urn:ietf:params:acme:error:rateLimited',
    detail: 'too many certificates (5) already issued for this exact set of domains',
  },
};

describe('acme client at an authority that works', () => {
  let pebble: Pebble;
  let rig: ReturnType<typeof rigOf>;
  before(async () => {
    pebble = await startPebble();
    rig = rigOf(pebble);
  });
  after(() => pebble.stop());

  const order = async (directory: string, domain: string, acme = rig.acme) =>
    acme.order(await newAccount(directory), wishFor(domain), { prover: proverOf(rig, 'http-01'), signal });

  /** Orders through a front that does something else once, at the first request that `at` is true for. */
  async function orderThrough(at: (path: string, payload: unknown) => boolean, instead: Instead) {
    let done = false;
    const front = await startFront(pebble, ({ path, payload }) => {
      if (done || !at(path, payload)) return undefined;
      done = true;
      return instead;
    });
    try {
      return { front, issued: await order(front.directory, 'front.example.com') };
    } finally {
      await front.close();
    }
  }

  test('an account without an address is registered by its first order', async () => {
    const { chain } = await order(pebble.directory, 'first.example.com');
    assert.ok(new X509Certificate(chain).checkHost('first.example.com'));
  });

  test('a name that DNS does not have is told, with what the authority says', async () => {
    await pebble.breakDns('nowhere.example.com');
    await assert.rejects(
      order(pebble.directory, 'nowhere.example.com'),
      failsWith('E_ACME_PROOF', /for nowhere\.example\.com/),
    );
  });

  test('a machine that does not answer at its address is told, with the address', async () => {
    await pebble.setAddresses('away.example.com', ['127.0.0.77']);
    await assert.rejects(
      order(pebble.directory, 'away.example.com'),
      failsWith('E_ACME_PROOF', /cannot connect for away\.example\.com: .*127\.0\.0\.77/),
    );
  });

  test('a domain that no authority gives certificates for is refused', async () => {
    await assert.rejects(order(pebble.directory, 'no_host'), failsWith('E_ACME', /localhost:\d+ /));
  });

  test('a profile that the authority does not have is refused before anything is ordered', async () => {
    const prover = proverOf(rig, 'http-01');
    const wish = wishFor('p.example.com', { profile: 'shortlived' });
    await assert.rejects(
      rig.acme.order(await registered(rig), wish, { prover, signal }),
      failsWith('E_ACME', /has no profile "shortlived"/),
    );
  });

  test('a certificate of another account cannot be revoked', async () => {
    const { chain } = await order(pebble.directory, 'mine.example.com');
    await assert.rejects(rig.acme.revoke(await registered(rig), chain, signal), failsWith('E_ACME'));
    assert.equal(await rig.isRevoked(chain), false);
  });

  test('a limit is told at once, with when to ask again', async () => {
    await assert.rejects(
      orderThrough((path) => path.includes('order'), tooMany),
      (error) => {
        failsWith('E_ACME_LIMIT', /already issued for this exact set/)(error);
        assert.equal((error as { retryAfter?: number }).retryAfter, 3_600_000);
        return true;
      },
    );
  });

  test('trouble of the authority while we read is waited out', async () => {
    const { front, issued } = await orderThrough((path) => path.includes('authZ'), { status: 503, body: {} });
    assert.ok(issued.chain.startsWith('-----BEGIN CERTIFICATE-----'));
    assert.ok(front.asked.filter((path) => path.includes('authZ')).length >= 2, front.asked.join(' '));
  });

  test('an answer to the request of the certificate that is lost loses nothing', async () => {
    const isRequest = (_path: string, payload: unknown) =>
      typeof payload === 'object' && payload !== null && 'csr' in payload;
    const { front, issued } = await orderThrough(isRequest, 'cut');
    assert.ok(new X509Certificate(issued.chain).checkHost('front.example.com'));
    assert.equal(front.asked.filter((path) => path.includes('finalize')).length, 1);
  });

  test('an answer to a change of the key that is lost is found out', async () => {
    let cut = true;
    const front = await startFront(pebble, ({ path }) => {
      if (!cut || !path.includes('rollover')) return undefined;
      cut = false;
      return 'cut';
    });
    try {
      const account = await registered({ acme: rig.acme, directory: front.directory });
      const key = await newPrivateKey('ec256');
      await rig.acme.changeKey(account, key, signal);
      assert.equal(cut, false);
      assert.equal(await rig.acme.register({ ...account, key }, signal), account.url);
    } finally {
      await front.close();
    }
  });

  test('an authority that falls silent in the middle ends the order in time', async () => {
    const acme = new AcmeClient({ ca: pebble.ca, timeout: 300 });
    const front = await startFront(pebble, ({ path }) => (path.includes('order') ? 'silence' : undefined));
    try {
      await assert.rejects(
        order(front.directory, 'slow.example.com', acme),
        failsWith('E_ACME_DOWN', /no answer within 0\.3 s/),
      );
    } finally {
      await front.close();
    }
  });

  test('an abort while the authority is silent ends the order at once', async () => {
    const abort = new AbortController();
    const front = await startFront(pebble, ({ path }) => {
      if (!path.includes('order')) return undefined;
      abort.abort(new Error('told to stop'));
      return 'silence';
    });
    try {
      const started = rig.acme.order(await newAccount(front.directory), wishFor('stop.example.com'), {
        prover: proverOf(rig, 'http-01'),
        signal: abort.signal,
      });
      await assert.rejects(started, /told to stop/);
    } finally {
      await front.close();
    }
  });

  test('an authority that never decides is given up on', async () => {
    const acme = new AcmeClient({ ca: pebble.ca, patience: 500 });
    const pending = { status: 'pending', challenges: [] };
    let shown = false;
    const front = await startFront(pebble, ({ path }) =>
      shown && path.includes('authZ')
        ? { status: 200, headers: { 'Replay-Nonce': 'x' }, body: pending }
        : undefined,
    );
    try {
      const prover = proverOf(rig, 'http-01', { show: async () => void (shown = true) });
      await assert.rejects(
        acme.order(await newAccount(front.directory), wishFor('never.example.com'), { prover, signal }),
        failsWith('E_ACME_DOWN', /has not decided/),
      );
      assert.equal(prover.shown.size, 0);
    } finally {
      await front.close();
    }
  });

  test('an authority whose own certificate is not trusted is told apart', async () => {
    const acme = new AcmeClient();
    await assert.rejects(acme.register(await newAccount(pebble.directory), signal), (error) => {
      failsWith('E_ACME_DOWN', /cannot be reached/)(error);
      assert.match(String((error as { hint?: string }).hint), /CA certificate/);
      return true;
    });
  });

  test('what is no directory of an authority is told', async () => {
    const front = await startFront(pebble, () => ({ status: 200, body: { hello: 'world' } }));
    try {
      const register = rig.acme.register(await newAccount(front.directory), signal);
      await assert.rejects(register, failsWith('E_ACME_DOWN', /what is no ACME/));
    } finally {
      await front.close();
    }
  });
});

test('acme client: half of all nonces refused', async () => {
  const pebble = await startPebble({ nonceReject: 50 });
  try {
    const rig = rigOf(pebble);
    const options = { prover: proverOf(rig, 'http-01'), signal };
    const { chain } = await rig.acme.order(await registered(rig), wishFor('storm.example.com'), options);
    assert.ok(new X509Certificate(chain).checkHost('storm.example.com'));
  } finally {
    await pebble.stop();
  }
});

test('acme client: all nonces refused', async () => {
  const pebble = await startPebble({ nonceReject: 100 });
  try {
    await assert.rejects(registered(rigOf(pebble)), failsWith('E_ACME_DOWN', /none of its own nonces/));
  } finally {
    await pebble.stop();
  }
});

test('acme client: a domain that is proven already is not proven again', async () => {
  const pebble = await startPebble({ authzReuse: 100 });
  try {
    const rig = rigOf(pebble);
    const account = await registered(rig);
    const wish = wishFor('again.example.com');
    await rig.acme.order(account, wish, { prover: proverOf(rig, 'http-01'), signal });
    const idle = proverOf(rig, 'http-01', { show: () => assert.fail('the prover was asked') });
    const { chain } = await rig.acme.order(account, wish, { prover: idle, signal });
    assert.ok(new X509Certificate(chain).checkHost('again.example.com'));
  } finally {
    await pebble.stop();
  }
});

test('acme client: an authority that registers only those it knows', async () => {
  const hmacKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
  const pebble = await startPebble({ bindings: { 'kid-1': hmacKey } });
  try {
    const { acme, directory } = rigOf(pebble);
    const account = await newAccount(directory);
    await assert.rejects(
      acme.register(account, signal),
      failsWith('E_ACME_ACCOUNT', /account with it already/),
    );
    const wrong = { keyId: 'kid-1', hmacKey: new Secret('AAAA') };
    await assert.rejects(acme.register({ ...account, binding: wrong }, signal), failsWith('E_ACME'));
    const binding = { keyId: 'kid-1', hmacKey: new Secret(hmacKey) };
    assert.match(await acme.register({ ...account, binding }, signal), /^https:\/\/localhost/);
  } finally {
    await pebble.stop();
  }
});

test('acme client: an authority that is not there, and one that takes connections and says nothing', async () => {
  const mute = await startMuteServer();
  const acme = new AcmeClient({ timeout: 200 });
  const register = async (host: string) => acme.register(await newAccount(`https://${host}/dir`), signal);
  await assert.rejects(register(mute.host), failsWith('E_ACME_DOWN', /no answer within 0\.2 s/));
  mute.close();
  await assert.rejects(register(mute.host), failsWith('E_ACME_DOWN', /cannot be reached/));
  await assert.rejects(
    acme.register(await newAccount('http://ca/dir'), signal),
    failsWith('E_ACME', /no https/),
  );
});
