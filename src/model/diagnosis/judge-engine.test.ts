import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineFacts } from './facts.ts';
import { judgeEngine, judgeNetworks } from './judge-engine.ts';

const facts: EngineFacts = {
  name: 'docker',
  version: '28.0.1',
  api: '1.47',
  storageDriver: 'overlay2',
  dataRoot: '/var/lib/docker',
  bridge: true,
  buildLimitProblem: null,
  freeSubnets: 100,
  networks: [],
  containers: [],
  tags: [],
  restarts: new Map(),
  published: [],
};

function statesOf(change: Partial<EngineFacts>): string {
  return judgeEngine({ ...facts, ...change }, '10.0.0.0/16')
    .map(({ state }) => state)
    .join(' ');
}

test('Docker is well, or what it lacks is named', () => {
  assert.equal(statesOf({}), 'ok ok');
  assert.equal(statesOf({ storageDriver: 'vfs' }), 'ok warning ok');
  assert.equal(statesOf({ bridge: false }), 'ok broken ok');
  assert.equal(statesOf({ buildLimitProblem: '/sys cannot be written to (EROFS)' }), 'ok warning ok');
  assert.equal(statesOf({ freeSubnets: 19 }), 'ok warning');
  assert.equal(statesOf({ freeSubnets: 0 }), 'ok broken');
});

test('an app that runs has a network of ours, and one that only has our name is told', () => {
  const networks = [
    { name: 'slipway-main-shop', app: 'shop', ours: true },
    { name: 'slipway-main-blog', app: null, ours: false },
  ];
  const found = judgeNetworks({ ...facts, networks }, ['shop', 'blog']);
  assert.deepEqual(
    found.map(({ state, text }) => `${state}: ${text}`),
    [
      'ok: 1 network of apps',
      'broken: The network of blog is gone',
      'warning: The network slipway-main-blog has a name of ours, and somebody else made it',
    ],
  );
});
