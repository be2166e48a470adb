import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drains, pushedApp, pushedChange, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(['caddy:2', 'php:8.2-apache', 'composer:2', 'node:22-bookworm-slim']);
});
after(() => sandbox?.stop());

test('A plain site is served with its own page for what is not there, and without its dotfiles', async () => {
  const app = 'static-plain';
  const { output, repository } = await pushedApp(sandbox, app);
  assert.match(output, /Building as static/);
  const home = await sandbox.get(app);
  assert.match(home.body, /<h1>home<\/h1>/);
  assert.match(String(home.headers['content-type']), /^text\/html; charset=utf-8/);
  const missing = await sandbox.get(app, '/nothing');
  assert.deepEqual([missing.status, missing.body.trim()], [404, '<!doctype html><h1>not here</h1>']);
  assert.equal((await sandbox.get(app, '/.env')).status, 404);
  assert.equal((await sandbox.get(app, '/.well-known/security.txt')).status, 200);
  assert.match((await sandbox.get(app, '/about')).body, /ümläut/);
  const docs = await sandbox.get(app, '/docs/');
  assert.equal(docs.headers['x-frame-options'], 'DENY');
  const moved = await sandbox.get(app, '/old/x');
  assert.deepEqual([moved.status, moved.headers.location], [302, '/docs/x']);
  await pushedChange(sandbox, { app, repository, files: { 'index.html': '<h1>new</h1>' } });
  const changed = await sandbox.get(app);
  assert.match(changed.body, /new/);
  assert.notEqual(changed.headers.etag, home.headers.etag);
});

test('A single page app gets its page for every path, and its hashed files are kept for long', async () => {
  const app = 'static-spa';
  await pushedApp(sandbox, app);
  const deep = await sandbox.get(app, '/deep/path');
  assert.deepEqual([deep.status, /spa/.test(deep.body)], [200, true]);
  const file = await sandbox.get(app, '/assets/app-BxK3d9aF.js');
  assert.match(String(file.headers['cache-control']), /immutable/);
});

test('Plain PHP is served as nobody in particular, sees its visitor, and drains', async () => {
  const app = 'php-plain';
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as php: index\.php found/);
  assert.match((await sandbox.get(app)).body, /^plain 1000 127\.0\.0\.1 web\.1$/);
  for (const path of ['/.env', '/lib/']) assert.notEqual((await sandbox.get(app, path)).status, 200, path);
  await drains(sandbox, app, { path: '/?slow', answer: /^plain 1000/ });
  const again = await pushedChange(sandbox, {
    app,
    repository,
    files: { 'lib/text.php': "<?php function text() { return 'new'; }" },
  });
  assert.match(again, /CACHED .*install extensions of PHP: /);
  assert.match((await sandbox.get(app)).body, /^new 1000/);
});

test('PHP with Composer: packages, an extension, scripts of the build, pages that Node builds, and the words of Heroku for the server', async () => {
  const app = 'php-composer';
  const { output } = await pushedApp(sandbox, app);
  assert.match(output, /PHP 8\.2, as composer\.json asks for \^8\.1/);
  assert.match((await sandbox.get(app, '/any?x=1')).body, /^hello one 1000 built \/any\?x=1$/i);
  assert.equal((await sandbox.get(app, '/build/app.js')).body, 'built beside example/greeting\n');
});

test('What cannot be built is told with the file and the fix', async () => {
  const push = async (files: Record<string, string>) => {
    const { code, output } = await sandbox.push(await sandbox.repository(files), 'refused');
    assert.equal(code, 1, output);
    return output;
  };
  assert.match(await push({ Staticfile: 'root: nowhere\n' }), /E_BUILD_PLAN: .*nowhere/);
  assert.match(await push({ 'composer.json': '{' }), /E_BUILD_PLAN: composer\.json cannot be read/);
  const old = await push({ 'composer.json': '{"require":{"php":"7.4.*"}}', 'index.php': '' });
  assert.match(old, /E_BUILD_PLAN: composer\.json asks for PHP 7\.4\.\*, which is not to be had here/);
  const odd = await push({ 'start.sh': 'exit 1', Procfile: 'web: sh start.sh\r\nod d: x\r\n' });
  assert.match(odd, /E_PROCFILE/);
});
