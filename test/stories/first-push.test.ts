import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('one'));
});
after(() => sandbox?.stop());

test('a push makes the app and deploys it, and the output tells release, address and seconds', async () => {
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match(output, /-----> Deploying main \([0-9a-f]{7}\) to shop/);
  assert.match(output, /-----> Release v1 of shop is live/);
  assert.match(output, /receive [\d.]+ s, build [\d.]+ s, start [\d.]+ s, healthy [\d.]+ s, switch [\d.]+ s/);
  assert.ok(output.includes(`http://shop.localhost:${sandbox.httpPort}`), output);
  const answer = await sandbox.get('shop');
  assert.equal(answer.status, 200);
  assert.equal(answer.body, 'one - web.1');
});

test('a second push under a steady load drops no request, and from the switch on the new release answers', async () => {
  const load = new SteadyLoad({ port: sandbox.httpPort, host: 'shop.localhost', connections: 16, pause: 20 });
  await sandbox.commit(repository, { 'text.json': JSON.stringify({ text: 'two' }) });
  const { code, output } = await sandbox.push(repository, 'shop');
  const first = await sandbox.get('shop');
  const result = await load.stop();
  assert.equal(code, 0, output);
  assert.match(output, /Release v2 of shop is live \(it replaced v1\)/);
  assert.match(output, /[1-9]\d* requests were served meanwhile, 0 failed/);
  assert.equal(first.body, 'two - web.1');
  assert.deepEqual(result.failures, []);
  assert.equal(result.answered, result.sent);
  assert.ok((result.bodies.get('one - web.1') ?? 0) > 10, 'the old release served during the deploy');
  assert.ok((result.bodies.get('two - web.1') ?? 0) > 0, 'the new one served under the load');
});

test('a request that is under way at the switch is answered by the old release before its process is told to stop', async () => {
  const slow = sandbox.get('shop', '/slow');
  await sandbox.ok('config:set', 'shop', 'GREETING=hi');
  assert.equal((await slow).body, 'two - web.1');
  assert.equal((await sandbox.get('shop')).body, 'two hi web.1');
});

test('a config value is not shown unless asked for, and the same value again changes nothing', async () => {
  const set = await sandbox.slipway(['config:set', 'shop', 'GREETING=hi']);
  assert.equal(set.code, 0);
  assert.match(set.stdout, /Nothing changed/);
  assert.ok(!set.stdout.includes('GREETING: hi'), set.stdout);
  assert.equal((await sandbox.ok('config:get', 'shop', 'GREETING')).trim(), 'hi');
});

test('scaling up starts only what is missing, and requests reach both processes', async () => {
  const out = await sandbox.ok('ps:scale', 'shop', 'web=2');
  assert.match(out, /Starting web\.2/);
  assert.ok(!out.includes('web.1'), out);
  const bodies = new Set<string>();
  for (let count = 0; count < 20; count += 1) bodies.add((await sandbox.get('shop')).body);
  assert.deepEqual([...bodies].sort(), ['two hi web.1', 'two hi web.2']);
});

test('a rollback without a number goes back to the last release that ran something else', async () => {
  const out = await sandbox.ok('rollback', 'shop');
  assert.match(out, /Release v5 of shop is live \(it replaced v4\)/);
  assert.match((await sandbox.get('shop')).body, /^two - web/);
  assert.match((await sandbox.slipway(['config:get', 'shop', 'GREETING'])).stdout, /^$/);
});

test('a rollback to a number takes its image without a build', async () => {
  const out = await sandbox.ok('rollback', 'shop', 'v1');
  assert.ok(!out.includes('Building'), out);
  assert.match((await sandbox.get('shop')).body, /^one - web/);
});

test('a second app beside it has its own address, and neither notices the other', async () => {
  const other = await sandbox.repository(helloApp('other'));
  const { code, output } = await sandbox.push(other, 'blog');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('blog')).body, /^other /);
  assert.match((await sandbox.get('shop')).body, /^one /);
  assert.match(await sandbox.ok('apps:list'), /blog\nshop\n/);
});

test('a host that no app has gets a 404 page', async () => {
  const answer = await sandbox.request('nobody.localhost');
  assert.equal(answer.status, 404);
  assert.match(answer.body, /<html/i);
});

test('a stopped app answers 503 with a page that names it; started again it answers', async () => {
  await sandbox.ok('ps:stop', 'blog');
  const stopped = await sandbox.get('blog');
  assert.equal(stopped.status, 503);
  assert.match(stopped.body, /blog/);
  await sandbox.ok('ps:start', 'blog');
  assert.equal((await sandbox.get('blog')).status, 200);
});

test('a domain that is added answers, and one that another app has is refused', async () => {
  await sandbox.ok('domains:add', 'blog', 'www.example.test');
  assert.match((await sandbox.request('www.example.test')).body, /^other /);
  const taken = await sandbox.slipway(['domains:add', 'shop', 'www.example.test']);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /E_DOMAIN_TAKEN/);
});

test('logs show what each process printed', async () => {
  const text = await sandbox.ok('logs', 'blog', '-n', '5');
  assert.match(text, /^\d{4}-\d\d-\d\dT[\d:.]+Z app\[web\.1\]: listening as other$/m);
});

test('a destroyed app is gone: route, containers, repository, row', async () => {
  const refused = await sandbox.slipway(['apps:destroy', 'blog'], { stdin: 'blag\n' });
  assert.equal(refused.code, 1, refused.stdout + refused.stderr);
  await sandbox.ok('apps:destroy', '--force', 'blog');
  assert.equal((await sandbox.get('blog')).status, 404);
  const missing = await sandbox.slipway(['apps:report', 'blog']);
  assert.equal(missing.code, 20);
  assert.equal(missing.stderr, ' !     App blog does not exist\n');
});
