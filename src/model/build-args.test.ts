import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBuildArgs } from './build-args.ts';

test('Build arguments are words as a shell has them.', () => {
  assert.deepEqual(parseBuildArgs(`A=1 B="two words" C= D='a=b'`), {
    A: '1',
    B: 'two words',
    C: '',
    D: 'a=b',
  });
  assert.deepEqual(parseBuildArgs(''), {});
});

test('What is none, or would change how BuildKit works, is refused.', () => {
  for (const wrong of [
    'A',
    '1=2',
    'A B=1',
    '-x=1',
    'A="',
    'BUILDKIT_SYNTAX=evil',
    'buildkit_cache_mount_ns=a',
    'SLIPWAY_CONFIG_HASH=1',
  ])
    assert.throws(() => parseBuildArgs(wrong), { code: 'E_INPUT' }, wrong);
});
