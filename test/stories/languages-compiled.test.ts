import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../machine/app-source.ts';
import { eventually } from '../machine/eventually.ts';
import { drains, pushedApp, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

const bases = ['golang:1.19-bookworm', 'rust:1.63-slim-bookworm'];

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(bases);
});
after(() => sandbox?.stop());

/** A request under way gets its answer, and the process is told to end itself. */
async function drainsAndEnds(app: string, answer: RegExp): Promise<void> {
  await drains(sandbox, app, { answer });
  await eventually(async () => (await sandbox.ok('logs', app, '-n', '50')).includes('drained'));
}

test('Go: pushed, answers as nobody in particular, drains, and is built anew without fetching modules', async () => {
  const { repository, output } = await pushedApp(sandbox, 'go-http');
  assert.match(output, /Building as go: go\.mod found/);
  assert.match(output, /Go 1\.19, as go\.mod asks for at least 1\.19/);
  assert.equal((await sandbox.get('go-http')).body, 'hello from go as 1000');
  await drainsAndEnds('go-http', /^hello from go as 1000$/);
  const { 'main.go': main = '' } = await appSource('go-http');
  await sandbox.commit(repository, { 'main.go': main.replace('TrimSpace', 'ToUpper') });
  const again = await sandbox.push(repository, 'go-http');
  assert.match(again.output, /CACHED .*go mod download/, again.output);
  assert.equal((await sandbox.get('go-http')).body, 'HELLO\n from go as 1000');
});

test('Rust: the same; only what changed is compiled, by what cargo made before', async () => {
  const { repository, output } = await pushedApp(sandbox, 'rust-http');
  assert.match(output, /Building as rust: Cargo\.toml found/);
  assert.equal((await sandbox.get('rust-http')).body, 'hello from rust as 1000');
  await drainsAndEnds('rust-http', /^hello from rust as 1000$/);
  const { 'src/main.rs': main = '' } = await appSource('rust-http');
  await sandbox.commit(repository, { 'src/main.rs': main.replace('from rust', 'again from rust') });
  const again = await sandbox.push(repository, 'rust-http');
  assert.match(again.output, /CACHED .*install packages: /);
  assert.equal((await sandbox.get('rust-http')).body, 'hello again from rust as 1000');
});
