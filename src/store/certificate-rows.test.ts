import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { readFacts } from '../model/read-certificate.ts';
import { acmeAccountRows } from './acme-rows.ts';
import { certificateRows } from './certificate-rows.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { memory, sealer } from './samples.fixture.ts';

const pem = readFileSync(new URL('../router/golden/self-signed.pem', import.meta.url), 'utf8');
const [chain = '', key = ''] = pem.split(/(?=-----BEGIN PRIVATE KEY)/);
const pair = { chain, key: new Secret(key), facts: readFacts(chain) };
const ordered = {
  app: null,
  ordered: 'shop.example.com',
  directory: 'https://ca.test/',
  pair,
  by: 'slipwayd',
  at: 5,
};

test('certificates are kept with their facts, those of an app go with it and those for all stay', () => {
  const store = memory();
  const app = store.apps.create('shop', 1);
  const given = store.certificates.add({
    ...ordered,
    app: app.id,
    ordered: null,
    directory: null,
    by: 'ann',
  });
  assert.deepEqual(
    [given.app, given.ordered, given.directory, given.createdBy, given.createdAt],
    ['shop', null, null, 'ann', 5],
  );
  assert.deepEqual(given.facts.names, ['shop.example.com']);
  assert.equal(given.key.reveal(), key);
  const other = store.certificates.add(ordered);
  assert.deepEqual(
    store.certificates.all().map(({ id }) => id),
    [given.id, other.id],
  );
  store.apps.rename(app.id, 'store');
  assert.equal(store.certificates.all()[0]?.app, 'store');
  store.apps.remove(app.id);
  assert.deepEqual(
    store.certificates.all().map(({ id }) => id),
    [other.id],
  );
  store.certificates.remove(other.id);
  assert.deepEqual(store.certificates.all(), []);
});

test('one that was read is not opened again, and one that took its id has its own', () => {
  const store = memory();
  const before = store.certificates.add(ordered);
  assert.equal(store.certificates.all()[0]?.pem, store.certificates.all()[0]?.pem);
  const other = { chain: `${chain}\n`, key: new Secret('other key'), facts: pair.facts };
  store.certificates.remove(before.id);
  assert.throws(() =>
    store.transaction(() => {
      store.certificates.add(ordered);
      store.certificates.all();
      throw new Error('taken back');
    }),
  );
  store.certificates.add({ ...ordered, pair: other });
  assert.equal(store.certificates.all()[0]?.key.reveal(), 'other key');
});

test('an account is kept for each directory', () => {
  const store = memory();
  const account = {
    directory: 'https://ca.test/',
    key: new Secret('k'),
    url: null,
    email: null,
    binding: null,
  };
  store.acmeAccounts.set(account);
  const binding = { keyId: 'kid', hmacKey: new Secret('hmac') };
  store.acmeAccounts.set({ ...account, url: 'https://ca.test/1', email: 'a@b.c', binding });
  const found = store.acmeAccounts.find('https://ca.test/');
  assert.deepEqual([found?.url, found?.email, found?.binding?.keyId], ['https://ca.test/1', 'a@b.c', 'kid']);
  assert.deepEqual([found?.key.reveal(), found?.binding?.hmacKey.reveal()], ['k', 'hmac']);
  assert.equal(store.acmeAccounts.all().length, 1);
  store.acmeAccounts.remove('https://ca.test/');
  assert.equal(store.acmeAccounts.find('https://ca.test/'), undefined);
});

test('private keys are not readable in the file', () => {
  const database = new Database(':memory:');
  migrate(database);
  certificateRows(database, sealer).add(ordered);
  const account = { directory: 'd', key: new Secret(key), url: null, email: null };
  acmeAccountRows(database, sealer).set({ ...account, binding: { keyId: 'k', hmacKey: new Secret(key) } });
  const sealed = [
    ...database.all('SELECT sealed_key FROM certificates', [], (row) => row.bytes('sealed_key')),
    ...database.all('SELECT sealed_key FROM acme_accounts', [], (row) => row.bytes('sealed_key')),
    ...database.all('SELECT sealed_binding FROM acme_accounts', [], (row) => row.bytes('sealed_binding')),
  ];
  assert.equal(sealed.length, 3);
  for (const bytes of sealed) assert.ok(!Buffer.from(bytes).includes('PRIVATE KEY'));
  database.close();
});

test('attempts are kept with their ends, newest first, and forgotten in time', () => {
  const { acmeAttempts } = memory();
  const begin = (at: number) =>
    acmeAttempts.begin({ domain: 'a.test', directory: 'd', renews: at === 2, at });
  const ids = [1, 2, 3].map(begin);
  acmeAttempts.end(ids[0] ?? 0, { outcome: 'issued', failure: null });
  const refusal = { code: 'E_ACME', message: 'no', retryAfter: 60_000 };
  acmeAttempts.end(ids[1] ?? 0, { outcome: 'failed', failure: refusal });
  assert.deepEqual(
    acmeAttempts.since(1).map(({ at, outcome, renews, failure }) => [at, outcome, renews, failure]),
    [
      [3, null, false, null],
      [2, 'failed', true, refusal],
      [1, 'issued', false, null],
    ],
  );
  acmeAttempts.prune(3);
  assert.deepEqual(
    acmeAttempts.since(0).map(({ at }) => at),
    [3],
  );
});
