import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

test('of two pushes at once one is deployed, and the other is told to pull first', async () => {
  const first = await sandbox.repository(helloApp('zero'));
  assert.equal((await sandbox.push(first, 'shop')).code, 0);
  const second = join(sandbox.root, 'client', 'second');
  await sandbox.git(join(sandbox.root, 'client'), ['clone', '-q', sandbox.remote('shop'), second]);
  await sandbox.commit(first, { 'text.json': '{"text": "first"}' });
  await sandbox.commit(second, { 'text.json': '{"text": "second"}' });
  const pushes = await Promise.all([sandbox.push(first, 'shop'), sandbox.push(second, 'shop')]);
  assert.deepEqual(pushes.map(({ code }) => code).sort(), [0, 1]);
  const refused = pushes.find(({ code }) => code === 1);
  assert.match(refused?.output ?? '', /E_BUSY: Another push moved main of shop meanwhile/);
  const winner = pushes[0]?.code === 0 ? first : second;
  const head = (await sandbox.git(winner, ['rev-parse', 'HEAD'])).stdout.trim();
  assert.match(
    (await sandbox.git(winner, ['ls-remote', sandbox.remote('shop'), 'main'])).stdout,
    new RegExp(head),
  );
  assert.match((await sandbox.get('shop')).body, winner === first ? /^first / : /^second /);
});

test('two apps are deployed at the same time', async () => {
  const apps = await Promise.all(['left', 'right'].map((name) => sandbox.repository(helloApp(name))));
  const pushes = await Promise.all(
    apps.map((folder, at) => sandbox.push(folder, at === 0 ? 'left' : 'right')),
  );
  assert.deepEqual(
    pushes.map(({ code }) => code),
    [0, 0],
  );
  assert.match((await sandbox.get('left')).body, /^left /);
  assert.match((await sandbox.get('right')).body, /^right /);
});

test('a command for an app that is being deployed waits, and says for what', async () => {
  const folder = await sandbox.repository(helloApp('slow', { Procfile: 'web: sleep 2 && node server.js\n' }));
  const pushing = sandbox.push(folder, 'slow', {
    onLine: (line) => {
      if (line.includes('Starting web.1')) setting ??= sandbox.slipway(['config:set', 'slow', 'A=1']);
    },
  });
  let setting: ReturnType<Sandbox['slipway']> | undefined;
  assert.equal((await pushing).code, 0);
  const set = await setting;
  assert.equal(set?.code, 0);
  assert.match(set?.stdout ?? '', /Waiting for git:receive of slow by tester/);
  assert.match(set?.stdout ?? '', /Release v2 of slow is live/);
});
