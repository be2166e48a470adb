import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { exec } from '../base/exec.ts';
import { quoteShellWord, splitShellWords } from './shell-words.ts';

test('Words end at blanks and newlines outside quotes.', () => {
  const cases: [string, string[]][] = [
    ['', []],
    [' \t\n', []],
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [
      `config:set shop A='two words' B="it's" C=d\\ e`,
      ['config:set', 'shop', 'A=two words', "B=it's", 'C=d e'],
    ],
    [`'' "" a''`, ['', '', 'a']],
    [`'one\ntwo' "three\nfour"`, ['one\ntwo', 'three\nfour']],
    ['"\\$a \\` \\" \\\\ \\n \\\nb"', ['$a ` " \\ \\n b']],
    ["'\\n'", ['\\n']],
    ['a\\\nb', ['ab']],
    ['=a==b= "="', ['=a==b=', '=']],
    ['💧 "ä ö"', ['💧', 'ä ö']],
  ];
  for (const [text, words] of cases) assert.deepEqual(splitShellWords(text), words, text);
});

test('Nothing is expanded, and operators are characters.', () => {
  const words = '$HOME $(id) `id` ~ * a;b |c && > < (d) {a,b} #e !f';
  assert.deepEqual(splitShellWords(words), words.split(' '));
  assert.deepEqual(splitShellWords('"$HOME"'), ['$HOME']);
});

test('A quote that is not closed is refused.', () => {
  for (const text of ["'", 'a "b', `"a\\"`, `it's`, 'a\\', `'a\\'b'`]) {
    assert.throws(() => splitShellWords(text), { code: 'E_INPUT' }, text);
  }
});

/** What a real shell makes of a text, as arguments of printf. */
async function shellReads(text: string): Promise<string[]> {
  const { stdout } = await exec('sh', ['-c', `printf '%s\\0' ${text}`]);
  return stdout.split('\0').slice(0, -1);
}

const anyText = fc.string({ unit: fc.constantFrom(...`ab $\`"'\\\n;&|<>()*?~#!=-{}ä💧`) });

test('A quoted word is read back by sh and by us, whatever is in it.', async () => {
  const words = fc.array(anyText, { minLength: 1 });
  const property = fc.asyncProperty(words, async (words) => {
    const text = words.map(quoteShellWord).join(' ');
    assert.deepEqual(splitShellWords(text), words);
    assert.deepEqual(await shellReads(text), words);
  });
  await fc.assert(property, { numRuns: 60 });
});

/** Pieces of words in each way of quoting, written so that a shell has nothing to expand. */
const piece = fc.oneof(
  fc.stringMatching(/^[a-z0-9=:,./@%+-]{1,5}$/),
  anyText.map((text) => `'${text.replaceAll("'", '')}'`),
  anyText.map((text) => `"${text.replaceAll(/[$`"\\]/g, String.raw`\$&`)}"`),
  // Inside double quotes a backslash stays before all but five characters.
  fc.constantFrom('"\\a\\;\\\'\\ "', '"\\\nx"', '"\\\\"'),
  fc.constantFrom(...' $`"\'\\;&|<>()*?~#\n').map((character) => `\\${character}`),
);

test('Any mix of quotes is read as sh reads it.', async () => {
  const word = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
  const property = fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
    const text = `'first' ${words.join(' \t')}`;
    assert.deepEqual(splitShellWords(text), await shellReads(text));
  });
  await fc.assert(property, { numRuns: 150 });
});

test('A word that needs no quotes has none.', () => {
  assert.equal(quoteShellWord('web.1:/a-b=c'), 'web.1:/a-b=c');
  assert.equal(quoteShellWord(''), "''");
  assert.equal(quoteShellWord('~'), "'~'");
});
