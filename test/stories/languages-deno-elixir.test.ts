import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../machine/app-source.ts';
import { drains, pushedApp, pushedChange, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(['denoland/deno:2', 'elixir:1.14-slim']);
});
after(() => sandbox?.stop());

test('Deno: pushed, answers as nobody in particular, drains, and is built anew without downloading', async () => {
  const app = 'deno-http';
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as deno: deno\.json found/);
  assert.match(output, /web starts with: deno run --allow-net .* main\.ts/);
  assert.equal((await sandbox.get(app)).body, 'hello from deno as 1000');
  await drains(sandbox, app, { answer: /^hello from deno as 1000$/ });
  const files = { 'lib/greeting.ts': "export const greeting = 'hello again from deno';\n" };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*deno install --frozen/);
  assert.equal((await sandbox.get(app)).body, 'hello again from deno as 1000');
});

test('Elixir: the same, as a release that brings its own Erlang', async () => {
  const app = 'elixir-http';
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as elixir: mix\.exs found/);
  assert.match(output, /Elixir 1\.14, as mix\.exs asks for ~> 1\.14/);
  assert.equal((await sandbox.get(app)).body, 'hello from elixir as 1000');
  await drains(sandbox, app, { answer: /^hello from elixir as 1000$/ });
  const { 'lib/hello.ex': code = '' } = await appSource(app);
  const files = { 'lib/hello.ex': code.replace('hello from', 'hello again from') };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*mix deps\.get, deps\.compile/);
  assert.equal((await sandbox.get(app)).body, 'hello again from elixir as 1000');
});
