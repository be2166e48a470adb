import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleConfig } from './config-bundle.ts';

test('A bundle is whole blocks, with a header for each file whose checksum is right.', () => {
  const values = {
    A: '1',
    TEXT: 'grüße\nzwei',
    EMPTY: '',
    [`K${'x'.repeat(150)}`]: 'long',
    BIG: 'b'.repeat(1500),
  };
  const tar = Buffer.from(bundleConfig(values));
  assert.equal(tar.length % 512, 0);
  assert.ok(tar.subarray(-1024).every((byte) => byte === 0));
  const names: string[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const head = Buffer.from(tar.subarray(at, at + 512));
    const told = Number.parseInt(head.toString('latin1', 148, 154), 8);
    head.fill(' ', 148, 156);
    assert.equal(
      told,
      head.reduce((total, byte) => total + byte, 0),
    );
    const size = Number.parseInt(head.toString('latin1', 124, 135), 8);
    const content = tar.toString('utf8', at + 512, at + 512 + size);
    names.push(`${head.toString('latin1', 0, 100).replaceAll('\0', '').slice(0, 5)}=${content.slice(0, 11)}`);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  assert.deepEqual(names, [
    'A=1',
    'TEXT=grüße\nzwei',
    'EMPTY=',
    'pax=161 path=Kx',
    'Kxxxx=long',
    'BIG=bbbbbbbbbbb',
  ]);
});
