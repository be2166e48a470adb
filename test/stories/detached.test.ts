import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let repository: string;

const slowStart = { Procfile: 'web: sleep 2 && node server.js\n' };

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('first'));
  assert.equal((await sandbox.push(repository, 'shop')).code, 0);
});
after(() => sandbox?.stop());

async function pushText(text: string, files: Record<string, string> = {}) {
  await sandbox.commit(repository, { ...files, 'text.json': JSON.stringify({ text }) });
  return sandbox.push(repository, 'shop', { flags: ['-o', 'detach'] });
}

/** The number of the job that was queued. */
function jobOf(output: string): string {
  return /Queued git:receive of shop as job (\d+)/.exec(output)?.[1] ?? assert.fail(output);
}

test('git push -o detach returns at once, and what it deploys can be followed to its end', async () => {
  const { code, output } = await pushText('second', slowStart);
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /is live/);
  const followed = await sandbox.ok('jobs:output', 'shop', jobOf(output), '-t');
  assert.match(followed, /Starting web\.1[\s\S]*Release v2 of shop is live/);
  assert.match((await sandbox.get('shop')).body, /^second /);
});

test('a deploy that waits is done after a kill of slipwayd, and after a stop also the one that ran', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const running = jobOf((await pushText(`${signal} one`)).output);
    const waiting = jobOf((await pushText(`${signal} two`)).output);
    assert.match(await sandbox.ok('jobs', 'shop'), /running +git:receive[\s\S]*waiting +git:receive/);
    await sandbox.stopDaemon(signal);
    await sandbox.startDaemon();
    await eventually(async () => (await sandbox.get('shop')).body.startsWith(`${signal} two`));
    await eventually(async () => (await sandbox.ok('jobs', 'shop')) === '');
    const jobs = JSON.parse(await sandbox.ok('jobs', 'shop', '--all', '--format', 'json')) as {
      id: number;
      state: string;
    }[];
    const stateOf = (id: string) => jobs.find((job) => job.id === Number(id))?.state;
    assert.equal(stateOf(running), signal === 'SIGKILL' ? 'cancelled' : 'succeeded');
    assert.equal(stateOf(waiting), 'succeeded');
  }
});

test('a detached command fails by itself, and says why afterwards', async () => {
  const queued = await sandbox.ssh('ps:scale --detach shop web=1 worker=1');
  assert.equal(queued.code, 0, queued.stderr);
  const job = /as job (\d+)/.exec(queued.stdout)?.[1] ?? assert.fail(queued.stdout);
  const { stdout, stderr } = await sandbox.ssh(`jobs:output shop ${job} -t`);
  assert.match(stdout + stderr, /E_[A-Z_]+: .*worker/);
  const refused = await sandbox.slipway(['apps:list', '--detach']);
  assert.match(refused.stderr, /E_INPUT: apps:list is no job/);
  assert.match(
    (await sandbox.push(repository, 'shop', { flags: ['-o', 'fast'] })).output,
    /up-to-date|not known/,
  );
});
