import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { exec } from '../base/exec.ts';
import { Secret } from '../base/secret.ts';
import { TestAuthority, type Issued } from '../../test/machine/issuing-authority.ts';
import { readKeyPair } from './read-certificate.ts';

const now = Date.now();

interface Given {
  readonly certificate: string;
  readonly key: Secret;
  readonly at?: number;
}

describe('a certificate that somebody gives', () => {
  let authority: TestAuthority;
  let shop: Issued;
  before(async () => {
    authority = await TestAuthority.create();
    shop = await authority.issue(['shop.example.com', '*.Shop.example.com']);
  });
  after(() => authority.remove());

  /** At a time when it would be valid, unless told otherwise. */
  const refused = (given: Given, message: RegExp, hint = /./) =>
    assert.throws(
      () => readKeyPair(given.certificate, given.key, given.at ?? now),
      (error: { code?: string; message?: string; hint?: string }) => {
        assert.equal(error.code, 'E_CERTIFICATE');
        assert.match(error.message ?? '', message);
        assert.match(error.hint ?? '', hint);
        return true;
      },
    );

  test('is put in order whatever order it came in, without the root, and says what it is', () => {
    const orders = [
      [shop.certificate, shop.intermediate, shop.root],
      [shop.root, shop.intermediate, shop.certificate],
      [
        'Bag Attributes\n  friendlyName: x\n',
        shop.intermediate,
        '\r\nsubject=CN = leaf\r\n',
        shop.certificate,
      ],
    ];
    const wanted = [shop.certificate, shop.intermediate]
      .map((pem) => new X509Certificate(pem).toString())
      .join('');
    for (const order of orders) {
      const { pair, warnings } = readKeyPair(order.join(''), shop.key, now);
      assert.equal(pair.chain, wanted);
      assert.deepEqual(warnings, []);
      assert.deepEqual(pair.facts.names, ['shop.example.com', '*.shop.example.com']);
      assert.equal(pair.facts.issuer, 'Test Test Intermediate');
      assert.equal(pair.facts.key, 'EC prime256v1');
      assert.match(pair.facts.fingerprint, /^[0-9a-f]{64}$/);
      assert.ok(pair.facts.notAfter - now > 89 * 86_400_000);
    }
  });

  test('with lines as Windows ends them is the same', () => {
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    const { pair } = readKeyPair(windows(shop.certificate), new Secret(windows(shop.key.reveal())), now);
    assert.ok(!pair.chain.includes('\r') && !pair.key.reveal().includes('\r'));
  });

  test('with the key of another one is refused, and names its own subject', async () => {
    const other = await authority.issue(['other.example.com']);
    refused({ ...shop, key: other.key }, /belongs to none/, /CN=leaf/);
  });

  test('alone is taken with a warning, and a self-signed one too', async () => {
    assert.match(readKeyPair(shop.certificate, shop.key, now).warnings.join(), /full chain/);
    const words = 'req -x509 -newkey rsa:2048 -nodes -keyout - -subj /CN=x -days 9';
    const { stdout } = await exec('openssl', [
      ...words.split(' '),
      '-addext',
      'subjectAltName=DNS:x.example.com',
    ]);
    const { pair, warnings } = readKeyPair(stdout, new Secret(stdout), now);
    assert.equal(pair.facts.key, 'RSA 2048');
    assert.match(warnings.join(), /self-signed/);
  });

  test('that has expired is refused, and one of the future is taken with a warning', () => {
    refused({ ...shop, at: now + 100 * 86_400_000 }, /expired on 20\d\d-/);
    assert.match(
      readKeyPair(shop.certificate, shop.key, now - 86_400_000).warnings.join(),
      /not valid before/,
    );
  });

  test('whose key is encrypted is refused with the command that decrypts it', async () => {
    const encrypt = (...words: string[]) =>
      exec('openssl', [...words, '-passout', 'pass:secret'], { stdin: shop.key.reveal() });
    const { stdout: modern } = await encrypt('pkcs8', '-topk8');
    const { stdout: old } = await encrypt('ec', '-aes128');
    for (const key of [modern, old])
      refused({ ...shop, key: new Secret(key) }, /is encrypted/, /openssl pkey -in KEY -out/);
  });

  test('that names no host, or has a key that browsers refuse, is refused', async () => {
    const nameless = await authority.issue([]);
    refused(nameless, /names no host/);
    const weak = await authority.issue(['a.example.com'], { key: ['-newkey', 'rsa:1024', '-nodes'] });
    refused(weak, /RSA 1024/);
    const odd = await authority.issue(['a.example.com'], { key: ['-newkey', 'ed25519', '-nodes'] });
    refused(odd, /ED25519/);
  });

  test('that is no PEM, or damaged, is refused', () => {
    refused({ ...shop, certificate: '' }, /no certificate/);
    refused({ ...shop, key: new Secret('nothing') }, /no private key/);
    const cut = shop.certificate.replace(/\n.{20}/, '\n');
    refused({ ...shop, certificate: cut }, /Certificate 1 is damaged/);
    const broken = new Secret(shop.key.reveal().replace(/\n.{20}/, '\n'));
    refused({ ...shop, key: broken }, /private key is damaged/);
  });
});
