import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Failure } from '../base/failure.ts';
import { newPrivateKey } from '../base/private-key.ts';
import type { FailureCode } from '../model/failures.ts';
import type { Acme, AcmeAccount, CertificateWish, IssuedCertificate, Proof, Prover } from './acme.ts';

/** What a driver's test supplies. */
export interface AcmeRig {
  readonly acme: Acme;
  readonly directory: string;
  /** PEM of the CA that everything is issued by. */
  readonly root: string;
  /** Puts a proof, or something else in its place, where the authority looks for it. */
  show(proof: Proof, content: string): Promise<void>;
  hide(proof: Proof): Promise<void>;
  /** What the authority has as addresses of an account. */
  contacts(account: AcmeAccount): Promise<readonly string[]>;
  /** Whether the authority says that a certificate is revoked. */
  isRevoked(chain: string): Promise<boolean>;
  close(): Promise<void>;
}

type At = () => AcmeRig;

const { signal } = new AbortController();

/** What every driver of Acme must do. */
export function acmeContract(driver: string, open: () => Promise<AcmeRig>): void {
  describe(`acme: ${driver}`, () => {
    let rig: AcmeRig;
    const at = () => rig;
    before(async () => {
      rig = await open();
    });
    after(() => rig.close());

    accounts(at);
    ordering(at);
    proving(at);
    revoking(at);
  });
}

/** Proves as it should unless told what to do otherwise, and keeps what is shown at the moment. */
export function proverOf(
  rig: Pick<AcmeRig, 'show' | 'hide'>,
  kind: Proof['kind'],
  other: Partial<Prover> & { readonly content?: string } = {},
): Prover & { readonly shown: Set<Proof> } {
  const shown = new Set<Proof>();
  return {
    kind,
    shown,
    async show(proof, signal) {
      shown.add(proof);
      await rig.show(proof, other.content ?? (proof.kind === 'http-01' ? proof.answer : proof.value));
      await other.show?.(proof, signal);
    },
    async hide(proof) {
      shown.delete(proof);
      await rig.hide(proof);
      await other.hide?.(proof);
    },
  };
}

export async function newAccount(directory: string): Promise<AcmeAccount> {
  return { directory, key: await newPrivateKey('ec256'), url: null, email: null, binding: null };
}

export async function registered(rig: Pick<AcmeRig, 'acme' | 'directory'>): Promise<AcmeAccount> {
  const account = await newAccount(rig.directory);
  return { ...account, url: await rig.acme.register(account, signal) };
}

export function wishFor(domain: string, more: Partial<CertificateWish> = {}): CertificateWish {
  return { domain, keyType: 'ec256', replaces: null, profile: null, ...more };
}

/** For assert.rejects: this failure, with these words in its text. */
export function failsWith(code: FailureCode, words = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  };
}

/** Any failure of an authority: they do not agree on which. */
function refusal(error: unknown): boolean {
  return error instanceof Failure && error.code.startsWith('E_ACME');
}

function assertGood({ chain, key }: IssuedCertificate, host: string, root: string): X509Certificate {
  const certificates = (chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );
  const [leaf] = certificates;
  assert.ok(leaf);
  assert.ok(leaf.checkHost(host), `it is not for ${host}`);
  assert.ok(leaf.checkPrivateKey(createPrivateKey(key.reveal())));
  assert.ok(certificates.at(-1)?.verify(new X509Certificate(root).publicKey));
  return leaf;
}

function accounts(at: At): void {
  test('a key is registered once: the second time gives the same address', async () => {
    const account = await newAccount(at().directory);
    const url = await at().acme.register(account, signal);
    assert.equal(await at().acme.register({ ...account, email: 'op@example.com' }, signal), url);
    assert.notEqual(await at().acme.register(await newAccount(at().directory), signal), url);
  });

  test('another e-mail address of an account, and none, is what the authority has from then on', async () => {
    const account = await registered(at());
    for (const email of ['op@slipway.dev', 'other@slipway.dev', 'other@slipway.dev', null]) {
      assert.equal(await at().acme.register({ ...account, email }, signal), account.url);
      assert.deepEqual(await at().contacts(account), email === null ? [] : [`mailto:${email}`]);
    }
  });

  test('an account that the authority does not know is told apart from other failures', async () => {
    const { url } = await registered(at());
    const account = { ...(await newAccount(at().directory)), url: `${url?.slice(0, -8)}00000000` };
    const order = at().acme.order(account, wishFor('a.example.com'), {
      prover: proverOf(at(), 'http-01'),
      signal,
    });
    await assert.rejects(order, failsWith('E_ACME_ACCOUNT'));
  });

  test('a new key orders; the old one does not any more; a second change to the same is done already', async () => {
    const old = await registered(at());
    const key = await newPrivateKey('ec256');
    await at().acme.changeKey(old, key, signal);
    await at().acme.changeKey(old, key, signal);
    const order = (account: AcmeAccount) =>
      at().acme.order(account, wishFor('rolled.example.com'), { prover: proverOf(at(), 'http-01'), signal });
    await assert.rejects(order(old), refusal);
    assertGood(await order({ ...old, key }), 'rolled.example.com', at().root);
  });

  test('a key that another account has is not taken', async () => {
    const [one, other] = [await registered(at()), await registered(at())];
    await assert.rejects(at().acme.changeKey(one, other.key, signal), refusal);
    assert.equal(await at().acme.register(one, signal), one.url);
  });
}

function ordering(at: At): void {
  test('a certificate of a domain that a file proves, with an EC key', async () => {
    const prover = proverOf(at(), 'http-01');
    const account = await registered(at());
    const issued = await at().acme.order(account, wishFor('shop.example.com'), { prover, signal });
    const leaf = assertGood(issued, 'shop.example.com', at().root);
    assert.equal(leaf.publicKey.asymmetricKeyType, 'ec');
    assert.equal(prover.shown.size, 0);
    assert.deepEqual(issued.leftBehind, []);
  });

  test('a wildcard that DNS proves, with an RSA key', async () => {
    const prover = proverOf(at(), 'dns-01');
    const wish = wishFor('*.wild.example.com', { keyType: 'rsa2048' });
    const issued = await at().acme.order(await registered(at()), wish, { prover, signal });
    const leaf = assertGood(issued, 'any.wild.example.com', at().root);
    assert.equal(leaf.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(leaf.checkHost('wild.example.com'), undefined);
  });

  test('each certificate has a key of its own', async () => {
    const account = await registered(at());
    const order = () =>
      at().acme.order(account, wishFor('twice.example.com'), { prover: proverOf(at(), 'http-01'), signal });
    const [one, two] = [await order(), await order()];
    assert.ok(!one.key.equals(two.key));
  });

  test('a wildcard is not tried by a file', async () => {
    const prover = proverOf(at(), 'http-01', { show: () => assert.fail('the prover was asked') });
    const order = at().acme.order(await registered(at()), wishFor('*.example.com'), { prover, signal });
    await assert.rejects(order, failsWith('E_ACME', /by DNS only/));
  });
}

function proving(at: At): void {
  for (const kind of ['http-01', 'dns-01'] as const) {
    test(`what is not the proof is refused, and taken away (${kind})`, async () => {
      const prover = proverOf(at(), kind, { content: 'something-else' });
      const order = at().acme.order(await registered(at()), wishFor('wrong.example.com'), { prover, signal });
      await assert.rejects(
        order,
        failsWith('E_ACME_PROOF', /found something else than the proof for wrong\.example\.com: \S+/),
      );
      assert.equal(prover.shown.size, 0);
    });
  }

  test('a prover that fails ends the order with its own error, and is asked to take the proof away', async () => {
    const broken = new Error('the provider of DNS is on holiday');
    const prover = proverOf(at(), 'dns-01', { show: () => Promise.reject(broken) });
    const order = at().acme.order(await registered(at()), wishFor('b.example.com'), { prover, signal });
    await assert.rejects(order, broken);
    assert.equal(prover.shown.size, 0);
  });

  test('an abort in the middle ends the order, and the proof is taken away', async () => {
    const abort = new AbortController();
    const reason = new Error('told to stop');
    const prover = proverOf(at(), 'http-01', { show: async () => abort.abort(reason) });
    const account = await registered(at());
    const order = at().acme.order(account, wishFor('c.example.com'), { prover, signal: abort.signal });
    await assert.rejects(order, reason);
    assert.equal(prover.shown.size, 0);
  });

  test('a proof that stays does not lose the certificate', async () => {
    const prover = proverOf(at(), 'dns-01', { hide: () => Promise.reject(new Error('cannot delete')) });
    const account = await registered(at());
    const issued = await at().acme.order(account, wishFor('d.example.com'), { prover, signal });
    assertGood(issued, 'd.example.com', at().root);
    assert.deepEqual(issued.leftBehind, [
      'the TXT record _acme-challenge.d.example.com could not be taken away again: cannot delete',
    ]);
  });
}

function revoking(at: At): void {
  test('a certificate is revoked; a second time is fine', async () => {
    const account = await registered(at());
    const prover = proverOf(at(), 'http-01');
    const { chain } = await at().acme.order(account, wishFor('gone.example.com'), { prover, signal });
    assert.equal(await at().isRevoked(chain), false);
    await at().acme.revoke(account, chain, signal);
    await at().acme.revoke(account, chain, signal);
    assert.equal(await at().isRevoked(chain), true);
  });
}
