import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let monorepo: string;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

const inFolder = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

test('the app of a monorepo is built from its build-dir', async () => {
  await sandbox.ok('apps:create', 'api');
  const files = {
    ...inFolder('apps/api', helloApp('one')),
    'web/index.html': 'page',
    Procfile: 'web: false\n',
  };
  monorepo = await sandbox.repository(files);
  await sandbox.ok('builder:set', 'api', 'build-dir', 'apps/wrong');
  const refused = await sandbox.push(monorepo, 'api');
  assert.equal(refused.code, 1);
  assert.match(
    refused.output,
    /E_SOURCE: The source has no folder apps\/wrong, .*it has: Procfile, apps, web/,
  );
  await sandbox.ok('builder:set', 'api', 'build-dir', 'apps/api');
  await sandbox.ok('builder:set', 'api', 'watch-paths', 'apps/api shared');
  const { code, output } = await sandbox.push(monorepo, 'api');
  assert.equal(code, 0, output);
  assert.match(output, /Release v1 of api is live/);
  assert.match((await sandbox.get('api')).body, /^one /);
});

test('a push that touches nothing that is watched is taken and not built, unless that is asked for', async () => {
  await sandbox.commit(monorepo, { 'web/index.html': 'another page' });
  const { code, output } = await sandbox.push(monorepo, 'api');
  assert.equal(code, 0, output);
  assert.match(output, /Nothing of apps\/api, shared has changed since v1: not built/);
  assert.doesNotMatch(output, /Building|is live/);
  const { stdout: head } = await exec('git', ['rev-parse', 'HEAD'], { cwd: monorepo });
  assert.match(await sandbox.ok('git:status', 'api'), new RegExp(`main is at ${head.trim()}`));
  assert.match(await sandbox.ok('deploys', 'api'), /succeeded +not built +git/);
  await sandbox.commit(monorepo, { 'web/index.html': 'a third page' });
  const asked = await sandbox.push(monorepo, 'api', { flags: ['-o', 'rebuild'] });
  assert.match(asked.output, /Release v2 of api is live/);
  await sandbox.commit(monorepo, { 'shared/new.js': '' });
  assert.match((await sandbox.push(monorepo, 'api')).output, /Release v3 of api is live/);
});

/** A program that needs no build: the images of the distribution have perl. */
const server = `use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $ENV{PORT}, Listen => 9, ReuseAddr => 1);
$SIG{TERM} = sub { exit 0 };
while (my $client = $server->accept) {
  while (<$client>) { last if /^\\r?$/ }
  print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nplain";
  close $client;
}
`;

test('the Dockerfile of a plan is the same of a folder, of a tar and of the app, and builds what was built without it', async () => {
  const folder = await sandbox.repository({ 'start.sh': 'exec perl server.pl\n', 'server.pl': server });
  const shown = await sandbox.ok('builder:plan', folder);
  assert.match(shown, /Builder: +detect\n +Language: +shell\n +As: +start.sh found\n/);
  const text = await sandbox.ok('builder:plan', `${folder}/`, '--dockerfile');
  assert.match(text, /^# Made by slipway[\s\S]*\nFROM debian:bookworm-slim AS runtime\n[\s\S]*\nCMD \[.*\n$/);

  await sandbox.ok('apps:create', 'plain');
  const pushed = await sandbox.push(folder, 'plain');
  assert.match(pushed.output, /Building as shell[\s\S]*Release v1 of plain is live/);
  assert.equal((await sandbox.get('plain')).body, 'plain');
  assert.equal((await sandbox.ssh('builder:plan plain --dockerfile')).stdout, text);
  const tar = join(sandbox.root, 'client/plain.tar');
  await exec('tar', ['-cf', tar, '-C', folder, '.']);
  const piped = await sandbox.ssh('builder:plan -- --dockerfile', { stdin: createReadStream(tar) });
  assert.equal(piped.stdout, text, piped.stderr);
  const json: unknown = JSON.parse(await sandbox.ok('builder:plan', folder, '--format', 'json'));
  assert.equal((json as { dockerfile: string }).dockerfile, text);

  await writeFile(join(folder, 'Dockerfile'), text);
  await sandbox.commit(folder, {});
  const ejected = await sandbox.push(folder, 'plain');
  assert.match(ejected.output, /Building with Dockerfile[\s\S]*Release v2 of plain is live/);
  assert.equal((await sandbox.get('plain')).body, 'plain');
});

test('a folder is one of the machine where the command is typed', async () => {
  const overSsh = await sandbox.ssh('builder:plan ./folder');
  assert.match(overSsh.stderr, /E_INPUT: \.\/folder is a file of your machine/);
  const missing = await sandbox.slipway(['builder:plan', '/nonexistent/folder']);
  assert.match(missing.stderr, /E_INPUT: \/nonexistent\/folder cannot be read: ENOENT/);
});

test('what has been pushed and is not live is planned too', async () => {
  await sandbox.ok('apps:create', 'synced');
  const folder = await sandbox.repository({ 'start.sh': 'exec sleep 1000\n' });
  await exec('chown', ['-R', sandbox.user, folder]);
  await sandbox.ok('git:sync', 'synced', `file://${folder}`);
  assert.match(await sandbox.ok('builder:plan', 'synced'), /Language: +shell/);
});
