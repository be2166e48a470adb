import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exec } from '../base/exec.ts';
import { Failure } from '../base/failure.ts';
import { exportFormats, readConfig, writeConfig } from './config-format.ts';

const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/).filter((text) => text !== '__proto__');
/** What quoting goes wrong with, and anything else. */
const awkward = fc.string({ unit: fc.constantFrom(...'\'"\\$`\n\r\t #=na!;&|(){}'.split('')) });
const value = fc
  .oneof(fc.string({ unit: 'binary' }), awkward)
  .filter((text) => !text.includes('\0') && text.isWellFormed());
const config = fc.dictionary(key, value, { noNullPrototype: true });

function read(text: string, format: 'envfile' | 'json'): Record<string, string> {
  return Object.fromEntries(readConfig(text, format).map((pair) => [pair.key, pair.value.reveal()]));
}

describe('an exported config', () => {
  for (const format of ['exports', 'envfile', 'json'] as const) {
    it(`is the same after an import: ${format}`, () => {
      fc.assert(
        fc.property(config, (values) => {
          const text = writeConfig(values, format);
          assert.deepEqual(read(text, format === 'json' ? 'json' : 'envfile'), values);
        }),
      );
    });
  }

  for (const format of ['exports', 'envfile', 'shell'] as const) {
    it(`means the same to a shell: ${format}`, async () => {
      const values = { A: `it's "two" words\n$HOME \`id\` \\n`, B: '', C: 'plain', D: "'", E: 'a\tb # c' };
      const script = `${writeConfig(values, format)}\nprintf '%s\\0' "$A" "$B" "$C" "$D" "$E"`;
      const { stdout } = await exec('/bin/sh', ['-c', script]);
      assert.deepEqual(stdout.split('\0').slice(0, -1), Object.values(values));
    });
  }

  it('has the forms that other programs take', () => {
    const values = { A: '1', B: 'two words' };
    const written = Object.fromEntries(exportFormats.map((format) => [format, writeConfig(values, format)]));
    assert.deepEqual(written, {
      exports: "export A='1'\nexport B='two words'",
      envfile: "A=1\nB='two words'",
      json: '{"A":"1","B":"two words"}',
      'json-list': '[{"name":"A","value":"1"},{"name":"B","value":"two words"}]',
      shell: "A='1' B='two words'",
      'docker-args': "--env=A='1' --env=B='two words'",
      'docker-args-keys': '--env=A --env=B',
      'pack-keys': '--env A --env B',
      pretty: 'A:  1\nB:  two words',
    });
  });
});

describe('a file that people write', () => {
  it('may have comments, blank lines, export, spaces and several lines in quotes', () => {
    const text = [
      '\uFEFF# the shop',
      '',
      'PLAIN = two words # why',
      'URL=http://a/#b',
      '  export QUOTED="a\\nb \\$x \\q"  # why',
      "SINGLE='a\\nb'",
      'PEM="one',
      'two"',
      'EMPTY=',
      "JOINED='it'\\''s'",
      'WINDOWS=C:\\dir\r',
      'PLAIN=again',
    ].join('\n');
    assert.deepEqual(read(text, 'envfile'), {
      PLAIN: 'again',
      URL: 'http://a/#b',
      QUOTED: 'a\nb $x \\q',
      SINGLE: 'a\\nb',
      PEM: 'one\ntwo',
      EMPTY: '',
      JOINED: "it's",
      WINDOWS: 'C:\\dir',
    });
  });

  it('that is wrong is refused with the line and the key, without the value', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['A=1\ns3cret', /^Line 2 is not KEY=VALUE$/],
      ['\nA="s3cret', /^Line 2 opens a quote in the value of A that is not closed$/],
      ['A="s3cret" s3cret', /^Line 1 has more behind the quoted value of A$/],
      ['1A=s3cret', /^Line 1 is not/],
      ['A=s3\0cret', /NUL/],
    ];
    for (const [text, message] of wrong) assert.match(refusal(text, 'envfile'), message);
    for (const text of ['s3cret', '["s3cret"]', '{"A": {"b": "s3cret"}}', '{"a-b": "s3cret"}', '{"A": null}'])
      assert.doesNotMatch(refusal(text, 'json'), /s3cret/);
  });

  it('JSON may have numbers and truth values', () => {
    assert.deepEqual(read('{"A": 1, "B": true, "C": ""}', 'json'), { A: '1', B: 'true', C: '' });
  });
});

function refusal(text: string, format: 'envfile' | 'json'): string {
  try {
    readConfig(text, format);
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'E_INPUT');
    return error.message;
  }
  return assert.fail(`${text} was read`);
}
