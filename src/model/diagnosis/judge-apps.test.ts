import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningProcess } from '../process.ts';
import type { AppWish } from './app-wish.ts';
import { judgeDeploys, judgeLeftovers, judgeProcesses } from './judge-apps.ts';

const process: RunningProcess = {
  id: 'c1',
  app: 'shop',
  release: 1,
  type: 'web',
  index: 1,
  deploy: 1,
  fingerprint: 'a',
  address: '10.0.0.2',
  port: 3000,
  state: 'running',
  startedAt: 0,
  exitCode: null,
};
const shop: AppWish = {
  app: 'shop',
  busy: false,
  deployed: true,
  hosts: [],
  processes: [{ type: 'web', index: 1, fingerprint: 'a', port: 3000 }],
};

function judge(present: readonly RunningProcess[], restarts = 0, wish = shop): readonly string[] {
  return judgeProcesses([wish], present, new Map([['c1', restarts]])).map(
    ({ state, text }) => `${state}: ${text}`,
  );
}

test('processes that run as wanted are counted', () => {
  assert.deepEqual(judge([process]), ['ok: 1 process of 1 app runs']);
});

test('one that is missing, of another release, ended or restarting is broken', () => {
  const missing = ['broken: web.1 of shop is not there'];
  assert.deepEqual(judge([]), missing);
  assert.deepEqual(judge([{ ...process, fingerprint: 'b' }]), missing);
  assert.deepEqual(judge([{ ...process, state: 'exited' }]), ['broken: web.1 of shop: exited']);
  assert.deepEqual(judge([{ ...process, state: 'restarting' }]), ['broken: web.1 of shop: restarting']);
});

test('one that is started again and again is a warning, and an app that is being changed is left out', () => {
  assert.match(judge([process], 5)[0] ?? '', /^warning: web.1 of shop was started again 5 times/);
  assert.deepEqual(judge([], 0, { ...shop, busy: true }), ['ok: 0 processes of 0 apps run']);
});

test('what no app has is named, with the command that removes it', () => {
  const found = judgeLeftovers(
    {
      containers: [
        { name: 'slipway-main-shop.web.1.d1', app: 'shop' },
        { name: 'ghost', app: null },
      ],
      networks: [{ name: 'slipway-main-old', app: 'old', ours: true }],
      tags: [{ tag: 'slipway/main/old:d1', app: 'old' }],
    },
    new Set(['shop']),
  );
  assert.deepEqual(
    found.map(({ fix }) => fix),
    ['docker rm -f ghost', 'docker network rm slipway-main-old', 'docker rmi slipway/main/old:d1'],
  );
});

test('a deploy of over an hour is told', () => {
  const deploy = {
    id: 3,
    app: 'shop',
    kind: 'git',
    subject: '',
    actor: 'ann',
    state: 'running',
    createdAt: 0,
    startedAt: 0,
    finishedAt: null,
    release: null,
    failure: null,
    steps: [],
    builder: null,
    drained: null,
  } as const;
  assert.equal(judgeDeploys([deploy], 3_600_000)[0]?.state, 'ok');
  assert.equal(judgeDeploys([deploy], 3_600_001)[0]?.state, 'warning');
});
