import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { instanceTraces } from '../machine/instance-traces.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let repository: string;
let live = 'zero';

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp(live, { Procfile: 'web: node server.js\nrelease: true\n' }));
  assert.equal((await sandbox.push(repository, 'shop')).code, 0);
});
after(() => sandbox?.stop());

/** The steps of a deploy in their order, and whether a slipwayd that dies there leaves the new release. */
const steps: readonly (readonly [string, 'before' | 'after'])[] = [
  ['receive', 'before'],
  ['build', 'before'],
  ['recorded', 'before'],
  ['release', 'before'],
  ['start', 'before'],
  ['healthy', 'before'],
  ['switch', 'before'],
  ['switched', 'before'],
  ['live', 'after'],
  ['retire', 'after'],
];

for (const [step, leaves] of steps) {
  test(`slipwayd killed at the step "${step}" leaves the release of ${leaves}, and nothing half-made`, async () => {
    const before = await instanceTraces(sandbox.instance);
    await sandbox.stopDaemon();
    await sandbox.startDaemon({ SLIPWAY_PAUSE_AT: step });
    const text = `at-${step}`;
    await sandbox.commit(repository, { 'text.json': JSON.stringify({ text }) });
    const pushing = sandbox.push(repository, 'shop');
    await eventually(async () => sandbox.daemonLog().includes('"paused"'));
    await sandbox.stopDaemon('SIGKILL');
    const pushed = await pushing;
    const serves = leaves === 'after' ? text : live;
    if (step !== 'switched') assert.match((await sandbox.get('shop')).body, new RegExp(`^${serves} `));
    await sandbox.startDaemon();
    assert.match((await sandbox.get('shop')).body, new RegExp(`^${serves} `));
    await oneIsCurrent(serves === text ? 'succeeded' : 'failed');
    await eventually(async () => (await sandbox.ok('jobs')) === '');
    if (leaves === 'before') {
      assert.notEqual(pushed.code, 0, pushed.output);
      await eventually(async () => isDeepStrictEqual(await instanceTraces(sandbox.instance), before));
    }
    live = serves;
  });
}

test('after all that the next push works', async () => {
  await sandbox.commit(repository, { 'text.json': '{"text": "after"}' });
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('shop')).body, /^after /);
  await eventually(async () => (await instanceTraces(sandbox.instance)).containers.length === 1);
});

async function oneIsCurrent(ofLast: string): Promise<void> {
  const releases = JSON.parse(await sandbox.ok('releases', 'shop', '--format', 'json')) as {
    current: boolean;
  }[];
  assert.equal(releases.filter(({ current }) => current).length, 1);
  const deploys = JSON.parse(await sandbox.ok('deploys', 'shop', '--format', 'json')) as {
    kind: string;
    state: string;
  }[];
  assert.equal(deploys.find(({ kind }) => kind === 'git')?.state, ofLast);
}
