import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Secret } from '../base/secret.ts';
import { derivedKey, openKey, sealerOf } from './sealer.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-sealer-'));
test.after(() => rmSync(folder, { recursive: true }));

test('Whatever is sealed opens to the same text.', () => {
  const sealer = sealerOf(randomBytes(32));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(sealer.open(sealer.seal(new Secret(text))).reveal(), text.toWellFormed());
    }),
  );
});

test('The same text is sealed differently each time.', () => {
  const sealer = sealerOf(randomBytes(32));
  const secret = new Secret('hunter2');
  assert.notDeepEqual(sealer.seal(secret), sealer.seal(secret));
});

test('A sealed value with any bit changed, cut or lengthened does not open.', () => {
  const sealer = sealerOf(randomBytes(32));
  const sealed = sealer.seal(new Secret('hunter2'));
  const changed = [
    new Uint8Array(),
    sealed.subarray(1),
    sealed.subarray(0, -1),
    Buffer.concat([sealed, Buffer.of(0)]),
  ];
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const other = Uint8Array.from(sealed);
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    changed.push(other);
  }
  for (const other of changed) assert.throws(() => sealer.open(other), { code: 'E_STORE_KEY' });
});

test('Another key does not open it.', () => {
  const sealed = sealerOf(randomBytes(32)).seal(new Secret('hunter2'));
  assert.throws(() => sealerOf(randomBytes(32)).open(sealed), { code: 'E_STORE_KEY' });
});

test('The key file is made once, for its owner only, and nothing is left beside it.', () => {
  const path = join(folder, 'made');
  const sealed = sealerOf(openKey(path)).seal(new Secret('hunter2'));
  const key = readFileSync(path);
  assert.equal(key.length, 32);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(sealerOf(openKey(path)).open(sealed).reveal(), 'hunter2');
  assert.deepEqual(readFileSync(path), key);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('made')),
    ['made'],
  );
});

test('A key file that others may read, or of another length, is refused and left as it is.', () => {
  const open = join(folder, 'open');
  openKey(open);
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(open, mode);
    assert.throws(() => openKey(open), { code: 'E_STORE_KEY', hint: `chmod 600 ${open}` });
  }
  const short = join(folder, 'short');
  writeFileSync(short, 'abc', { mode: 0o600 });
  assert.throws(() => openKey(short), { code: 'E_STORE_KEY' });
  assert.equal(readFileSync(short, 'utf8'), 'abc');
});

test('A key file that cannot be made is a failure that says why.', () => {
  assert.throws(() => openKey(join(folder, 'none', 'key')), { code: 'E_STORE_KEY', message: /ENOENT/ });
});

test('Derived keys differ by purpose and by key, and are the same each time.', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  assert.deepEqual(derivedKey(one, 'a'), derivedKey(one, 'a'));
  const keys = [one, derivedKey(one, 'a'), derivedKey(one, 'b'), derivedKey(other, 'a')];
  assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 4);
});
