import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { randomId } from '../../src/base/ids.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { instanceTraces } from '../machine/instance-traces.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

let sandbox: Sandbox;
let repository: string;
const dockerfile = helloApp('')['Dockerfile'] ?? '';

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('steady'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

test('apps answer while slipwayd is dead, and commands say so', async () => {
  const load = new SteadyLoad({ port: sandbox.httpPort, host: 'shop.localhost', connections: 4, pause: 20 });
  await sandbox.stopDaemon('SIGKILL');
  const refused = await sandbox.slipway(['apps:list']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_DAEMON_DOWN/);
  const push = await sandbox.push(repository, 'shop');
  assert.notEqual(push.code, 0);
  assert.match(push.output, /slipwayd does not answer/);
  await sandbox.startDaemon();
  const result = await load.stop();
  assert.deepEqual(result.failures, []);
  assert.ok(result.answered > 10);
  assert.match(await sandbox.ok('apps:list'), /shop/);
});

/** What makes a deploy last where slipwayd shall die, and the line that shows that it is there. */
const places: Readonly<Record<string, { files: () => Record<string, string>; line: string }>> = {
  'in the build': {
    files: () => ({ Dockerfile: `${dockerfile}RUN echo ${randomId()} && sleep 30\n` }),
    line: 'sleep 30',
  },
  'in the release command': {
    files: () => ({ Dockerfile: dockerfile, Procfile: 'web: node server.js\nrelease: sleep 30\n' }),
    line: 'Running the release command',
  },
  'while the new process becomes healthy': {
    files: () => ({ Procfile: 'web: sleep 3 && node server.js\n' }),
    line: 'Starting web.1',
  },
};

for (const [place, { files, line }] of Object.entries(places)) {
  test(`a deploy that slipwayd died in, ${place}, is marked failed, and its leftovers go`, async () => {
    const before = await instanceTraces(sandbox.instance);
    await sandbox.commit(repository, files());
    const killed = Promise.withResolvers<void>();
    const pushing = sandbox.push(repository, 'shop', {
      onLine: (text) => {
        if (text.includes(line)) void sandbox.stopDaemon('SIGKILL').then(killed.resolve);
      },
    });
    await killed.promise;
    const { code, output } = await pushing;
    assert.notEqual(code, 0);
    assert.match((await sandbox.get('shop')).body, /^steady /);
    await sandbox.startDaemon();
    assert.match(output, /E_DAEMON_DOWN: slipwayd went away in the middle of this deploy/);
    assert.match(output, /At its next start it takes the deploy back/);
    assert.match(output, /Fix: slipway deploys shop then shows which; push again if it failed/);
    const [last] = JSON.parse(await sandbox.ok('deploys', 'shop', '--format', 'json')) as { state: string }[];
    assert.equal(last?.state, 'failed');
    assert.match((await sandbox.get('shop')).body, /^steady /);
    await eventually(async () => isDeepStrictEqual(await instanceTraces(sandbox.instance), before));
  });
}

test('after all that the next push works', async () => {
  const files = {
    Procfile: 'web: node server.js\n',
    Dockerfile: dockerfile,
    'text.json': '{"text": "after"}',
  };
  await sandbox.commit(repository, files);
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('shop')).body, /^after /);
});
