import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomId } from '../../src/base/ids.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { instanceTraces } from '../machine/instance-traces.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('good'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(async () => {
  await sandbox?.stop();
});

/** All that a failed deploy must leave as it was. */
async function traces(): Promise<unknown> {
  const branch = (await sandbox.git(repository, ['ls-remote', sandbox.remote('shop')])).stdout;
  return { branch, ...(await instanceTraces(sandbox.instance)) };
}

/** Pushes a change that must be refused, and sees that nothing else changed. */
async function refused(files: Record<string, string>, expected: RegExp[]): Promise<string> {
  const before = await traces();
  await sandbox.commit(repository, files);
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.notEqual(code, 0, output);
  assert.match(output, /pre-receive hook declined/);
  assert.doesNotMatch(output, /slipwayd went away/);
  for (const pattern of expected) assert.match(output, pattern);
  assert.match((await sandbox.get('shop')).body, /^good /);
  assert.deepEqual(await traces(), before);
  await sandbox.git(repository, ['reset', '-q', '--hard', 'HEAD~1']);
  return output;
}

test('a build step that fails refuses the push, tells the step and its last lines', async () => {
  const Dockerfile =
    'FROM node:22-bookworm-slim\nRUN echo before && node -e "throw new Error(\'no such thing\')"\n';
  await refused({ Dockerfile }, [/E_BUILD_FAILED/, /no such thing/, /Release v1 is still live/]);
});

test('a source of no known kind is refused with what to do', async () => {
  const before = await traces();
  await sandbox.git(repository, ['rm', '-q', 'Dockerfile', 'Procfile', 'server.js', 'text.json']);
  await refused({ 'notes.txt': 'x' }, [/E_NO_BUILDER/, /or a Dockerfile/]);
  assert.deepEqual(await traces(), before);
});

test('a wrong Procfile and a wrong app.json are refused with line and path', async () => {
  await refused({ Procfile: 'web node server.js\n' }, [/E_PROCFILE/, /line 1/]);
  await refused({ 'app.json': '{"formation": {"web": {"quantity": "many"}}}' }, [
    /E_APP_JSON/,
    /formation\.web\.quantity/,
  ]);
});

test('a process that ends at once refuses the push and shows its last lines', async () => {
  const output = await refused({ 'server.js': 'console.log("cannot start");process.exit(3)' }, [
    /E_PROCESS_EXITED/,
    /cannot start/,
  ]);
  assert.match(output, /web\.1/);
});

test('a process that never gets healthy refuses the push after its time is over', async () => {
  const appJson = {
    healthchecks: { web: [{ type: 'startup', path: '/', attempts: 1, wait: 1, timeout: 1 }] },
  };
  await refused({ 'server.js': 'setInterval(() => {}, 1000)', 'app.json': JSON.stringify(appJson) }, [
    /E_NOT_HEALTHY/,
    /connection refused/i,
  ]);
});

test('a release command that fails stops the deploy before the switch', async () => {
  await refused({ Procfile: 'web: node server.js\nrelease: echo migrating && exit 4\n' }, [
    /migrating/,
    /E_RELEASE_TASK/,
    /exit code 4/,
  ]);
});

test('a worker that dies refuses the push although web is healthy', async () => {
  const files = {
    Procfile: 'web: node server.js\nworker: node worker.js\n',
    'worker.js': 'process.exit(1)',
    'app.json': '{"formation": {"worker": {"quantity": 1}}}',
  };
  await refused(files, [/E_PROCESS_EXITED/, /worker\.1/]);
});

test('Ctrl-C before the switch cancels the deploy and removes what it made', async () => {
  const before = await traces();
  await sandbox.commit(repository, {
    Dockerfile: `FROM node:22-bookworm-slim\nRUN echo ${randomId()} && sleep 60\nCOPY . .\nCMD ["node", "server.js"]\n`,
  });
  await sandbox.interruptedPush(repository, 'shop', 'sleep 60');
  await eventually(async () => {
    const deploys = JSON.parse(await sandbox.ok('deploys', 'shop', '--format', 'json')) as {
      state: string;
    }[];
    return deploys[0]?.state === 'cancelled';
  });
  assert.deepEqual(await traces(), before);
  assert.match((await sandbox.get('shop')).body, /^good /);
  await sandbox.git(repository, ['reset', '-q', '--hard', 'HEAD~1']);
});

test('after all that the next good push works', async () => {
  await sandbox.commit(repository, { 'text.json': JSON.stringify({ text: 'better' }) });
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('shop')).body, /^better /);
});
