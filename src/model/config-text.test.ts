import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../base/exec.ts';
import { exportLine, showLines, singleQuoted } from './config-text.ts';

test('A quoted value has quotes even where it needs none.', () => {
  assert.equal(singleQuoted('plain'), "'plain'");
  assert.equal(singleQuoted(''), "''");
  assert.equal(singleQuoted("it's"), String.raw`'it'\''s'`);
});

test('A shell that reads the export lines has the values, to the last byte.', async () => {
  const values = { PLAIN: 'a', EMPTY: '', ODD: `'"$HOME\`id\`\\ !*;&|\n two\n` };
  const script = Object.entries(values).map(([key, value]) => exportLine(key, value));
  const { stdout } = await exec('sh', [
    '-c',
    `${script.join('\n')}\nprintf '%s\\0' "$PLAIN" "$EMPTY" "$ODD"`,
  ]);
  assert.deepEqual(stdout.split('\0').slice(0, -1), Object.values(values));
});

test('Values stand below each other.', () => {
  assert.deepEqual(showLines({ A: 'x', LONG_KEY: 'one\ntwo', B: '' }), [
    'A:         x',
    'LONG_KEY:  one',
    '           two',
    'B:         ',
  ]);
  assert.deepEqual(showLines({}), []);
});
