import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { retryUntil } from '../../src/base/retry.ts';
import { freePort } from '../machine/free-ports.ts';
import { sandboxWith } from '../machine/language-story.ts';
import { psql } from '../machine/psql.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let port: number;

before(async () => {
  sandbox = await sandboxWith(['postgres:15']);
  await sandbox.ok('postgres:create', 'db');
  port = await freePort();
});
after(() => sandbox?.stop());

/** What psql of this machine is answered there, or why it is not; it waits for a server that is just starting. */
async function asked(at = port): Promise<string> {
  const url = await urlAt(at);
  const answer = () => psql(sandbox, url, 'SELECT 6 * 7');
  const patience = { firstPause: 200, maxPause: 500, timeout: 5000 };
  const found = await retryUntil(async () => {
    const { code, stdout } = await answer();
    return code === 0 ? stdout : undefined;
  }, patience);
  return (found ?? (await answer()).stderr).trim();
}

async function urlAt(at: number): Promise<string> {
  const dsn = (await sandbox.ok('postgres:info', 'db', '--dsn')).trim();
  return dsn.replace(/@[^/]+\//, `@127.0.0.1:${at}/`);
}

test('a service is reached by programs of this machine at the port that was said', async () => {
  const told = await sandbox.ok('postgres:expose', 'db', String(port));
  assert.match(
    told,
    new RegExp(`exposed at 127\\.0\\.0\\.1:${port}[^]+ssh -L ${port}:127\\.0\\.0\\.1:${port}`),
  );
  assert.equal((await sandbox.ok('postgres:info', 'db', '--exposed-ports')).trim(), `127.0.0.1:${port}`);
  assert.equal(await asked(), '42');
  const twice = await sandbox.slipway(['postgres:expose', 'db']);
  assert.match(twice.stderr, /E_EXISTS: postgres:db is exposed at 127/);
});

test('it stays so over a restart, a new container, and while slipwayd is dead', async () => {
  await sandbox.ok('postgres:restart', 'db');
  assert.equal(await asked(), '42');
  await sandbox.ok('postgres:upgrade', 'db', '--memory', '512M');
  assert.equal(await asked(), '42');
  const url = await urlAt(port);
  await sandbox.stopDaemon('SIGKILL');
  assert.equal((await psql(sandbox, url, 'SELECT 6 * 7')).stdout.trim(), '42');
  await sandbox.startDaemon();
  assert.equal(await asked(), '42');
  assert.doesNotMatch((await sandbox.slipway(['doctor'])).stdout, /postgres:db is not reached/);
});

test('where everybody could come, it asks first, and says that nothing is encrypted', async () => {
  await sandbox.ok('postgres:create', 'other');
  const open = await freePort();
  const asks = await sandbox.slipway(['postgres:expose', 'other', `0.0.0.0:${open}`], { stdin: '' });
  assert.match(asks.stderr, /everybody who reaches 0\.0\.0\.0:\d+ try to log in[^]+type "other"/);
  assert.equal((await sandbox.ok('postgres:info', 'other', '--exposed-ports')).trim(), '-');
  const done = await sandbox.slipway(['--force', 'postgres:expose', 'other', `0.0.0.0:${open}`]);
  assert.match(done.stderr, /What is sent there is not encrypted/);
  assert.equal((await sandbox.ok('postgres:info', 'other', '--exposed-ports')).trim(), `0.0.0.0:${open}`);
  await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'other');
});

test('a port of somebody else is refused, and without one the next that is free is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const taken = typeof address === 'object' && address ? address.port : 0;
  await sandbox.ok('postgres:unexpose', 'db');
  assert.match(await asked(), /Connection refused/);
  const refused = await sandbox.slipway(['postgres:expose', 'db', String(taken)]);
  assert.match(refused.stderr, new RegExp(`E_PORT_TAKEN: .*port ${taken} of 127\\.0\\.0\\.1`));
  other.close();
  const told = await sandbox.ok('postgres:expose', 'db');
  const chosen = Number(/exposed at 127\.0\.0\.1:(\d+)/.exec(told)?.[1]);
  assert.ok(chosen >= 5432 && chosen < 5482);
  assert.equal(await asked(chosen), '42');
});
