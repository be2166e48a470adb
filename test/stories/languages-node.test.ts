import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../machine/app-source.ts';
import { drains, pushedApp, pushedChange, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(['node:22-bookworm-slim', 'caddy:2']);
});
after(() => sandbox?.stop());

test('npm: pushed without a Dockerfile, built with the config, drains, and is built anew without installing', async () => {
  const app = 'node-npm';
  await sandbox.ok('apps:create', app);
  await sandbox.ok('config:set', app, "GREETING=it's me");
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as node \(Express\): package\.json found/);
  assert.match(output, /npm, as package-lock\.json says/);
  assert.match(output, /Node 22, as .*package\.json asks for 22/);
  const answer = JSON.parse((await sandbox.get(app)).body) as Record<string, unknown>;
  assert.deepEqual(
    { ...answer, node: '' },
    { text: 'one', uid: 1000, node: '', hasDev: false, greeting: "it's me" },
  );
  await drains(sandbox, app, { answer: /slow but whole/ });
  const again = await pushedChange(sandbox, { app, repository, files: { 'more.txt': 'two' } });
  assert.match(again, /CACHED .*npm ci/);
  await sandbox.ok('config:set', '--no-restart', app, 'GREETING=other');
  await sandbox.ok('ps:rebuild', app);
  assert.match((await sandbox.get(app)).body, /"greeting":"other"/);
});

test('pnpm: a workspace is built and started in its folder', async () => {
  const app = 'node-pnpm';
  await sandbox.ok('apps:create', app);
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /pnpm 9, as pnpm-lock\.yaml says/);
  assert.deepEqual(JSON.parse((await sandbox.get(app)).body), { text: 'one', uid: 1000, hasDev: false });
  await drains(sandbox, app, { answer: /one/ });
  const again = await pushedChange(sandbox, { app, repository, files: { 'more.txt': 'two' } });
  assert.match(again, /CACHED .*pnpm install/);
});

test('Vite: pages are built with the config and served as they are', async () => {
  const app = 'node-vite-react';
  await sandbox.ok('apps:create', app);
  await sandbox.ok('config:set', app, 'VITE_GREETING=salut');
  const { output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as node \(Vite\)/);
  assert.match(output, /web starts with: Caddy, which serves the pages/);
  const page = await sandbox.get(app, '/any/path');
  assert.equal(page.status, 200);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1] ?? assert.fail(page.body);
  assert.match((await sandbox.get(app, script)).body, /salut/);
});

test('Next.js, standalone: a server with its public files, drains, and is built anew without installing', async () => {
  const app = 'node-next';
  await sandbox.ok('apps:create', app);
  await sandbox.ok('config:set', app, 'NEXT_PUBLIC_GREETING=salut');
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as node \(Next\.js\)/);
  assert.match((await sandbox.get(app)).body, /uid 1000, greeting salut/);
  assert.equal((await sandbox.get(app, '/hello.txt')).body, 'hello\n');
  await drains(sandbox, app, { answer: /slow but whole/ });
  const { 'app/page.js': page = '' } = await appSource(app);
  const files = { 'app/page.js': page.replace('uid', 'now uid') };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*npm ci/);
  assert.match((await sandbox.get(app)).body, /now uid 1000/);
});

test('What cannot be built is told with the file and the fix, and what was live goes on', async () => {
  const app = 'node-npm';
  const lock = await sandbox.repository({
    'package.json': '{"scripts":{"start":"node x"}}',
    'yarn.lock': '',
    'package-lock.json': '{}',
  });
  const two = await sandbox.push(lock, app, { flags: ['--force'] });
  assert.equal(two.code, 1);
  assert.match(two.output, /E_BUILD_PLAN: There are two lock files, package-lock\.json and yarn\.lock/);
  assert.match(two.output, /Fix: .*git rm yarn\.lock/);
  const broken = await sandbox.repository({ 'package.json': '{"scripts":' });
  assert.match(
    (await sandbox.push(broken, app, { flags: ['--force'] })).output,
    /E_BUILD_PLAN: package\.json cannot be read/,
  );
  const idle = await sandbox.repository({ 'package.json': '{}' });
  assert.match((await sandbox.push(idle, app, { flags: ['--force'] })).output, /E_NO_START/);
  assert.match((await sandbox.get(app)).body, /"text":"one"/);
});
