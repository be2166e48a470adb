import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { instanceTraces } from '../machine/instance-traces.ts';
import { runsWith } from '../machine/processes.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let repository: string;
let live = 'zero';

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(nodeApp(live));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match(output, /Building as node/);
});
after(() => sandbox?.stop());

/** A Node app without a Dockerfile. */
function nodeApp(text: string, build = 'true'): Record<string, string> {
  const { 'server.js': server = '', 'text.json': json = '' } = helloApp(text);
  const manifest = { name: 'shop', engines: { node: '22' }, scripts: { build, start: 'node server.js' } };
  return { 'server.js': server, 'text.json': json, 'package.json': JSON.stringify(manifest) };
}

/** All that a deploy which came to nothing must leave as it was. */
async function traces(): Promise<unknown> {
  const branch = (await sandbox.git(repository, ['ls-remote', sandbox.remote('shop')])).stdout;
  const files = ['sources', 'work', 'spool'].map((name) => readdir(join(sandbox.root, name)).catch(() => []));
  return { branch, files: await Promise.all(files), ...(await instanceTraces(sandbox.instance)) };
}

interface Fault {
  /** Pushes, and lets it happen once the step of the build runs. */
  happens(stepRuns: () => Promise<boolean>): Promise<void>;
  /** What becomes of the deploy. */
  readonly state: 'failed' | 'cancelled';
}

const faults: Readonly<Record<string, Fault>> = {
  'kill -9 of slipwayd': {
    state: 'failed',
    async happens(stepRuns) {
      const pushing = sandbox.push(repository, 'shop');
      await eventually(stepRuns);
      await sandbox.stopDaemon('SIGKILL');
      assert.notEqual((await pushing).code, 0);
      await eventually(async () => !(await stepRuns()));
      assert.match((await sandbox.get('shop')).body, new RegExp(`^${live} `));
      await sandbox.startDaemon();
    },
  },
  'builds:cancel': {
    state: 'cancelled',
    async happens(stepRuns) {
      const pushing = sandbox.push(repository, 'shop');
      await eventually(stepRuns);
      await sandbox.ok('builds:cancel', 'shop');
      const { code, output } = await pushing;
      assert.notEqual(code, 0);
      assert.match(output, /E_CANCELLED/);
    },
  },
  'Ctrl-C of the push': {
    state: 'cancelled',
    happens: () => sandbox.interruptedPush(repository, 'shop', 'the step begins'),
  },
};

for (const [fault, { happens, state }] of Object.entries(faults)) {
  test(`${fault} in the middle of a detected build ends its step, leaves nothing, and the next push works`, async () => {
    const before = await traces();
    const seconds = `90${Math.floor(Math.random() * 1e6)}`;
    const stepRuns = async () => runsWith(seconds);
    // What is printed is not in the text of the step, which the push shows before it runs.
    await sandbox.commit(repository, nodeApp('never', `echo the step "be""gins" && sleep ${seconds}`));
    await happens(stepRuns);
    await eventually(async () => !runsWith(seconds));
    await eventually(async () => (await lastState()) === state);
    assert.match((await sandbox.get('shop')).body, new RegExp(`^${live} `));
    await eventually(async () => isDeepStrictEqual(await traces(), before));

    live = `after ${fault}`;
    await sandbox.commit(repository, nodeApp(live));
    const { code, output } = await sandbox.push(repository, 'shop');
    assert.equal(code, 0, output);
    assert.match((await sandbox.get('shop')).body, new RegExp(`^${live} `));
    await eventually(async () => (await sandbox.ok('jobs')) === '');
  });
}

async function lastState(): Promise<string | undefined> {
  const deploys = JSON.parse(await sandbox.ok('deploys', 'shop', '--format', 'json')) as { state: string }[];
  return deploys[0]?.state;
}
