import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFacts, parseFacts } from './service-facts.ts';

describe('What a service says of itself', () => {
  it('is read from its lines, and what is no fact is left out', () => {
    const text = 'size\t2097152\nconnections\t3\r\nlongest\t0.4\nhits\tmany\nother\t7\n\nmisses\t-1\n';
    assert.deepEqual(parseFacts(text), { size: 2097152, connections: 3, longest: 0.4 });
    assert.deepEqual(parseFacts(''), {});
  });

  it('is told in words for people', () => {
    const all = {
      size: 1536,
      connections: 3,
      'connections-max': 100,
      hits: 99_999,
      misses: 1,
      longest: 12.5,
    };
    assert.deepEqual(describeFacts(all), [
      ['Data size', '1.5 KiB'],
      ['Connections', '3 of 100'],
      ['Cache hit rate', '99.9 %'],
      ['Longest statement', '12.5 s'],
    ]);
    assert.deepEqual(describeFacts({ connections: 0, hits: 0, misses: 0 }), [['Connections', '0']]);
  });
});
