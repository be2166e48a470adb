import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Docker } from '../../src/tools/docker.ts';
import { randomId } from '../../src/base/ids.ts';
import { appSource } from '../machine/app-source.ts';
import { drains, pushedApp, pushedChange, sandboxWith } from '../machine/language-story.ts';
import { PythonIndex } from '../machine/python-index.ts';
import type { Sandbox } from '../machine/sandbox.ts';

const docker = new Docker('/var/run/docker.sock');
let index: PythonIndex;
let sandbox: Sandbox;

before(async () => {
  index = await PythonIndex.start(docker, `t${randomId(7)}`);
  sandbox = await sandboxWith(['python:3.11-slim-bookworm']);
  const config = Object.entries(index.config).map(([name, value]) => `${name}=${value}`);
  await sandbox.ok('config:set', '--global', ...config);
});
after(async () => {
  await sandbox?.stop();
  await index?.stop();
  docker.close();
});

test('Flask: pushed, answers as nobody in particular, drains, and is built anew without installing', async () => {
  const app = 'python-flask';
  const { repository, output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as python \(Flask\): requirements\.txt found/);
  assert.match(output, /pip, as there is requirements\.txt/);
  assert.match(output, /web starts with: gunicorn --bind 0\.0\.0\.0:\$PORT app:app/);
  assert.equal((await sandbox.get(app)).body, 'hello from flask as 1000');
  await drains(sandbox, app, { answer: /^hello from flask as 1000$/ });
  const { 'app.py': code = '' } = await appSource(app);
  const files = { 'app.py': code.replace('hello from', 'hello again from') };
  const again = await pushedChange(sandbox, { app, repository, files });
  assert.match(again, /CACHED .*pip install -r requirements\.txt/);
  assert.equal((await sandbox.get(app)).body, 'hello again from flask as 1000');
});

test('Django: static files are collected at the build, by a key that is none, and served', async () => {
  const app = 'python-django';
  await sandbox.ok('apps:create', app);
  const repository = await sandbox.repository(await appSource(app));
  const keyless = await sandbox.push(repository, app);
  assert.match(keyless.output, /1 static file copied/);
  assert.notEqual(keyless.code, 0);
  assert.match(keyless.output, /E_CONFIG_MISSING: .*DJANGO_SECRET_KEY, which is not set/);
  await sandbox.ok('config:set', app, 'DJANGO_SECRET_KEY=true-one');
  const { output } = await pushedApp(sandbox, app);
  assert.match(output, /Building as python \(Django\)/);
  const page = await sandbox.get(app);
  const style = /^hello from django as 1000, styled by (\/static\/style\.\w+\.css)$/.exec(page.body)?.[1];
  assert.match((await sandbox.get(app, style ?? assert.fail(page.body))).body, /teal/);
  await drains(sandbox, app, { answer: /^hello from django as 1000/ });
});

test('FastAPI: the server that the list lacks is installed, with a warning', async () => {
  const app = 'python-fastapi';
  const { output } = await pushedApp(sandbox, app);
  assert.match(output, /uvicorn, which serves the app, is not in requirements\.txt/);
  const answer = JSON.parse((await sandbox.get(app)).body) as Record<string, unknown>;
  assert.deepEqual(answer, { text: 'hello from fastapi', uid: 1000, scheme: 'http' });
  await drains(sandbox, app, { answer: /^\{"uid":1000\}$/ });
});
