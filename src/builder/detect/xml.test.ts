import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXml, recordsAt, textAt } from './manifest.ts';
import { viewOfTexts } from './source-view.ts';
import { parseXml } from './xml.ts';

test('Elements are records, texts, and lists of those with the same name.', () => {
  const text = `<?xml version="1.0"?><!DOCTYPE x><!-- <a> -->
<x xmlns="a>b/c"><one a='"' b="/">1 &lt; 2 &amp;lt; &other;</one><many><m>a</m><m><n/></m></many><data><![CDATA[ <b> ]]></data><end/></x>`;
  assert.deepEqual(parseXml(text), {
    x: { one: '1 < 2 &lt; &other;', many: { m: ['a', { n: '' }] }, data: '<b>', end: '' },
  });
});

test('A mistake is told with its line, as that of any manifest is.', () => {
  const failing: [string, RegExp][] = [
    ['<a>\n<b></a>', /^pom\.xml cannot be read: <\/a> closes nothing, at line 2/],
    ['<a>\n<b', /a tag has no end, at line 2/],
    ['<a>\n<!-- x', /<!-- has no end, at line 2/],
    ['<a><b></b>', /<a> is not closed/],
    ['</a>', /<\/a> closes nothing, at line 1/],
    ['a < b', /a tag has no end/],
  ];
  for (const [text, message] of failing)
    assert.throws(() => readXml(viewOfTexts({ 'pom.xml': text }), 'pom.xml'), {
      code: 'E_BUILD_PLAN',
      message,
    });
});

test('What is large or hostile is read by its length, and changes nothing but what is returned.', () => {
  assert.equal(recordsAt(parseXml(`<a>${'<b><c/></b>'.repeat(90_000)}</a>`), 'a', 'b').length, 90_000);
  assert.throws(() => parseXml('<!-- '.repeat(200_000)), SyntaxError);
  assert.throws(() => parseXml(`<a ${'x="'.repeat(300_000)}`), SyntaxError);
  assert.throws(() => parseXml('<a>'.repeat(300_000)), SyntaxError);
  assert.deepEqual(parseXml(`<a ${'x'.repeat(1_000_000)}/>`), { a: '' });
  const proto = parseXml('<__proto__><polluted>yes</polluted></__proto__>');
  assert.equal(textAt({}, 'polluted'), undefined);
  assert.equal(textAt(proto, '__proto__', 'polluted'), 'yes');
});
