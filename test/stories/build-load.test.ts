import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../machine/app-source.ts';
import { helloApp } from '../machine/hello-app.ts';
import { instanceTraces } from '../machine/instance-traces.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

let sandbox: Sandbox;
let greedy: string;

before(async () => {
  sandbox = await Sandbox.start();
  const shop = await sandbox.push(await sandbox.repository(helloApp('steady')), 'shop');
  assert.equal(shop.code, 0, shop.output);
  greedy = await sandbox.repository(helloApp('modest'));
  const { code, output } = await sandbox.push(greedy, 'greedy');
  assert.equal(code, 0, output);
  await sandbox.ok('resource:limit', 'greedy', '--process-type', 'build', '--memory', '256m');
});
after(() => sandbox?.stop());

test('a build that takes all memory and all processors ends by its limit, and no request to an app fails', async () => {
  const before = await instanceTraces(sandbox.instance);
  await sandbox.commit(greedy, await appSource('build-takes-all'));
  const load = new SteadyLoad({ port: sandbox.httpPort, host: 'shop.localhost', connections: 4, pause: 20 });
  const { code, output } = await sandbox.push(greedy, 'greedy').finally(async () => {
    const { failures, answered, sent } = await load.stop();
    assert.deepEqual(failures, []);
    assert.equal(answered, sent);
    assert.ok(answered > 50, `${answered} requests were answered`);
  });
  assert.notEqual(code, 0, output);
  assert.match(output, /E_BUILD_OOM: The step "RUN .*; node greedy\.js" needed more than 256 MiB/);
  assert.match(output, /Fix: .*slipway resource:limit APP --process-type build --memory SIZE/);
  assert.match(output, /Release v1 is still live/);
  assert.match((await sandbox.get('greedy')).body, /^modest /);
  assert.deepEqual(await instanceTraces(sandbox.instance), before);
});

test('the next push of that app works, within the same limit', async () => {
  await sandbox.commit(greedy, helloApp('modest again'));
  const { code, output } = await sandbox.push(greedy, 'greedy');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('greedy')).body, /^modest again /);
});
