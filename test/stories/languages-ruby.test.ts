import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Docker } from '../../src/tools/docker.ts';
import { appSource } from '../machine/app-source.ts';
import { drains, pushedChange, sandboxWith } from '../machine/language-story.ts';
import { debianGems, type Gems, vendored } from '../machine/ruby-gems.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let gems: Gems;
let sandbox: Sandbox;

before(async () => {
  const docker = new Docker('/var/run/docker.sock');
  gems = await debianGems(docker).finally(() => docker.close());
  sandbox = await sandboxWith(['ruby:3.1-slim-bookworm']);
});
after(() => sandbox?.stop());

test('Rack with gems in vendor/cache: pushed, answers as nobody in particular, drains, and is built anew without installing', async () => {
  const app = 'ruby-rack';
  const repository = await sandbox.repository({ ...(await appSource(app)), ...vendored(gems) });
  const { code, output } = await sandbox.push(repository, app);
  assert.equal(code, 0, output);
  assert.match(output, /Building as ruby \(Rack\): Gemfile found/);
  assert.match(output, /Ruby 3\.1, as Gemfile asks for ~> 3\.1/);
  assert.match(output, /bundle install --local/);
  assert.equal((await sandbox.get(app)).body, 'hello from ruby as 1000');
  await drains(sandbox, app, { answer: /^hello from ruby as 1000$/ });
  const greeting = (await appSource(app))['lib/greeting.rb'] ?? '';
  const files = { 'lib/greeting.rb': greeting.replace('hello from', 'hello again from') };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*bundle install --local/);
  assert.equal((await sandbox.get(app)).body, 'hello again from ruby as 1000');
});
