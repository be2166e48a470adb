import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMoment, passesFilter, type LogFilter } from './log-filter.ts';
import { mergeByTime, showLogLine } from './log-line.ts';
import { Failure } from '../base/failure.ts';

const now = Date.UTC(2026, 0, 2, 12);
const line = { time: '2026-01-02T11:00:00.000000001Z', process: 'web.1', text: 'GET /cart took 3 ms' };
const passes = (filter: Partial<LogFilter>) => passesFilter({ words: [], ...filter }, line);

describe('a time of the log', () => {
  const good: Readonly<Record<string, string>> = {
    '10m': '2026-01-02T11:50:00.000000000Z',
    '2h': '2026-01-02T10:00:00.000000000Z',
    '1d': '2026-01-01T12:00:00.000000000Z',
    '90s': '2026-01-02T11:58:30.000000000Z',
    '2026-01-01': '2026-01-01T00:00:00.000000000Z',
    '2026-01-01T00:00Z': '2026-01-01T00:00:00.000000000Z',
    '2026-01-01T00:00:00': '2026-01-01T00:00:00.000000000Z',
    '2026-01-01 14:05': '2026-01-01T14:05:00.000000000Z',
    '2026-01-01 14:05+02:00': '2026-01-01T12:05:00.000000000Z',
    '2026-01-01T02:00:00.123456789+02:00': '2026-01-01T00:00:00.123000000Z',
  };
  for (const [text, moment] of Object.entries(good)) {
    it(`${text} is ${moment}`, () => assert.equal(parseMoment(text, now), moment));
  }

  const bad = [
    '',
    '10',
    'm',
    '10w',
    '-1h',
    '1.5h',
    '2026',
    '2026-13-01',
    '2026-01-01  14:05',
    '2026-01-01 14',
    'yesterday',
    '999999d',
  ];
  for (const text of bad) {
    it(`${JSON.stringify(text)} is refused`, () => assert.throws(() => parseMoment(text, now), Failure));
  }
});

describe('a filter of the log', () => {
  it('takes all without a wish', () => assert.ok(passes({})));

  it('takes one process type, or one process', () => {
    assert.ok(passes({ type: 'web' }));
    assert.ok(passes({ type: 'web', index: 1 }));
    assert.ok(!passes({ type: 'web', index: 2 }));
    assert.ok(!passes({ type: 'we' }));
    assert.ok(!passes({ type: 'router' }));
  });

  it('takes what contains all words as they are written', () => {
    assert.ok(passes({ words: ['/cart', 'took'] }));
    assert.ok(!passes({ words: ['/cart', 'Took'] }));
    assert.ok(!passes({ words: ['c.rt'] }));
  });

  it('takes from a time on, until before another', () => {
    assert.ok(passes({ since: line.time }));
    assert.ok(!passes({ since: '2026-01-02T11:00:00.000000002Z' }));
    assert.ok(!passes({ until: line.time }));
    assert.ok(passes({ until: '2026-01-02T11:00:00.000000002Z' }));
  });
});

it('a line is shown with microseconds and its process', () => {
  assert.equal(showLogLine(line), '2026-01-02T11:00:00.000000Z app[web.1]: GET /cart took 3 ms');
  assert.equal(
    showLogLine({ ...line, process: 'router', text: 'x' }),
    '2026-01-02T11:00:00.000000Z router: x',
  );
});

it('lines are merged by time, those of one time in their order', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ ...line, text }));
  const early = { ...line, time: '2026-01-02T10:00:00.000000000Z', text: 'early' };
  assert.ok(a && b && c);
  assert.deepEqual(mergeByTime([a, b, early, c]), [early, a, b, c]);
});
