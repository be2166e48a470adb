import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRequestLine } from './request-line.ts';

const id = 'b827b2ed-c0ad-40c0-924c-d066a8e46057';
const line = (
  more: { method?: string; host?: string; path?: string; sampled?: string; ended?: string } = {},
) => {
  const { method = 'GET', host = 'shop.test', path = '/cart', sampled = '-', ended = '--' } = more;
  return `1795630347790677 shop 200 12 1234 web.1.d42:10.192.0.5:3000 ${id} 203.0.113.7 ${ended} ${sampled} ${method} ${host} ${path}`;
};
const told = (text: string) => parseRequestLine(text)?.text;
const end = `200 12ms 1.2kB web.1 request=${id} host=shop.test client=203.0.113.7`;

describe('a request of the router', () => {
  it('is told with what the router knows of it', () => {
    assert.deepEqual(parseRequestLine(line()), {
      app: 'shop',
      time: '2026-11-25T18:12:27.790677000Z',
      text: `GET /cart ${end}`,
    });
  });

  it('says how it ended, where that was not as usual, and that others like it are not told', () => {
    assert.equal(told(line({ ended: 'sH', sampled: '100' })), `GET /cart ${end} ended=sH sampled=1/100`);
  });

  it('that no process answered says so', () => {
    const none = `1795630347790677 shop 503 0 5 <NOSRV> - 203.0.113.7 LR - GET shop.test /`;
    assert.equal(told(none), 'GET / 503 0ms 5B - request=- host=shop.test client=203.0.113.7 ended=LR');
  });

  it('of no app is not told, nor is anything else', () => {
    const bad = '1795630347790677 - 400 0 0 <NOSRV> - 203.0.113.7 PR - <BADREQ> - <BADREQ>';
    for (const text of [bad, '', '3 event(s) dropped', line().slice(0, 60), ` ${line()}`])
      assert.equal(parseRequestLine(text), undefined);
  });

  it('has nothing of the client that is not a plain letter, however long', () => {
    assert.equal(told(line({ path: '/a\nb\x1b[2J\xe9 c' })), `GET /a?b?[2J??c ${end}`);
    assert.equal(told(line({ method: 'g{t' })), `? /cart ${end}`);
    assert.match(told(line({ path: `/${'x'.repeat(900)}` })) ?? '', /^GET \/x{299}\.\.\. 200 12ms/);
  });
});

/** A generator of numbers that gives the same ones in each run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('whatever a client sends', () => {
  const bits = [
    '\n',
    '\r',
    '\0',
    ' ',
    '-',
    '"',
    '\\',
    ']',
    '%0a',
    '\x1b',
    '\xff',
    'blog',
    '/',
    '\t',
    '1795630347790677 blog 200 ',
  ];
  const next = numbers(20_261_125);
  const random = () => Array.from({ length: next(8) }, () => bits[next(bits.length)]).join('');

  it('is one line of its own app at most, of plain letters', () => {
    for (let round = 0; round < 20_000; round += 1) {
      const read = parseRequestLine(line({ method: random(), host: random(), path: random() }));
      if (read === undefined) continue;
      assert.equal(read.app, 'shop');
      assert.equal(read.time, '2026-11-25T18:12:27.790677000Z');
      assert.match(read.text, /^[ -~]+$/);
      assert.ok(read.text.includes(`${end.slice(0, 27)}`), read.text);
    }
  });
});
