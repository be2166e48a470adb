import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { retryUntil } from '../../src/base/retry.ts';
import { Docker } from '../../src/tools/docker.ts';
import { listVolumes } from '../../src/tools/docker-volumes.ts';
import { pushedApp, sandboxWith } from '../machine/language-story.ts';
import { psql } from '../machine/psql.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
const docker = new Docker('/var/run/docker.sock');
const app = 'node-postgres';
const patience = { firstPause: 50, maxPause: 300, timeout: 30_000 };

before(async () => {
  sandbox = await sandboxWith(['node:22-bookworm-slim', 'postgres:15', 'postgres:17']);
  await sandbox.ok('postgres:create', 'db');
  await sandbox.ok('apps:create', app);
  await sandbox.ok('postgres:link', 'db', app);
  await pushedApp(sandbox, app);
});
after(async () => {
  await sandbox?.stop();
  docker.close();
});

/** The status of the answer; 0 without one. */
function note(text: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { Host: `${app}.localhost` };
    const asked = request({ host: '127.0.0.1', port: sandbox.httpPort, method: 'POST', headers });
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    asked.on('error', () => resolve(0));
    asked.end(text);
  });
}

async function notes(): Promise<readonly string[]> {
  const found = await retryUntil(async () => {
    const { status, body } = await sandbox.get(app);
    return status === 200 ? (JSON.parse(body) as string[]) : undefined;
  }, patience);
  return found ?? assert.fail('the app does not reach its database');
}

async function version(): Promise<string> {
  const { stdout } = await sandbox.slipway(['postgres:connect', 'db'], { stdin: 'SHOW server_version;\n' });
  return /^ (\d+)/m.exec(stdout)?.[1] ?? stdout;
}

async function volumes(): Promise<readonly string[]> {
  const labels = [`slipway.instance=${sandbox.instance}`, 'slipway.service=postgres:db'];
  return (await listVolumes(docker, labels)).map(({ name }) => name.slice(-1)).sort();
}

/** Writes through the app without a pause; those that were answered well, until it is stopped. */
function writer() {
  const written: string[] = [];
  const end = new AbortController();
  const work = async () => {
    for (let count = 0; !end.signal.aborted; count += 1) {
      const text = `note ${count}`;
      if ((await note(text)) === 200) written.push(text);
      else await sleep(20);
    }
  };
  const done = work();
  return {
    written,
    async stop(): Promise<void> {
      end.abort();
      await done;
    },
  };
}

test('slipwayd that is killed in the middle of an upgrade leaves it as it was', async () => {
  assert.equal(await note('first'), 200);
  await sandbox.stopDaemon();
  await sandbox.startDaemon({ SLIPWAY_PAUSE_AT: 'upgrade begun' });
  const upgrading = sandbox.slipway(['postgres:upgrade', 'db', '--image-version', '17']);
  assert.ok(await retryUntil(async () => (await volumes()).length === 2 || undefined, patience));
  assert.notEqual(await note('lost?'), 200, 'nobody reaches it meanwhile');
  await sandbox.stopDaemon('SIGKILL');
  assert.notEqual((await upgrading).code, 0);
  await sandbox.startDaemon();
  assert.deepEqual(await notes(), ['first']);
  assert.equal(await version(), '15');
  assert.deepEqual(await volumes(), ['1']);
});

test('an upgrade moves the data, and loses nothing that an app was told to be written', async () => {
  const writing = writer();
  await retryUntil(async () => writing.written.length > 20 || undefined, patience);
  const told = await sandbox.ok('postgres:upgrade', 'db', '--image-version', '17');
  assert.match(told, /Closing postgres:db to its apps[^]+Moving the data[^]+db runs postgres:17/);
  const before = writing.written.length;
  await retryUntil(async () => writing.written.length > before + 20 || undefined, patience);
  await writing.stop();
  assert.ok(writing.written.length > before + 20, 'the app writes again without a restart');
  assert.deepEqual(
    (await notes()).filter((text) => writing.written.includes(text)),
    writing.written,
  );
  assert.equal(await version(), '17');
  assert.match(await sandbox.ok('postgres:info', 'db', '--kept-volume'), /\.1 \(postgres:15, since /);
});

test('one that cannot take the data leaves all as it was', async () => {
  await sandbox.ok('postgres:create', 'newer', '--image-version', '17');
  const back = await sandbox.slipway(['postgres:upgrade', 'newer', '--image-version', '15']);
  assert.equal(back.code, 1);
  assert.match(back.stderr, /postgres:newer goes on as it was, postgres:17[^]+E_SERVICE_RESTORE/);
  assert.match(await sandbox.ok('postgres:list'), /newer +postgres:17 +running/);
  const wrong = await sandbox.slipway(['postgres:upgrade', 'newer', '--config-options', '--no-such-option']);
  assert.match(wrong.stderr, /goes on as it was[^]+E_SERVICE_NOT_READY/);
  assert.match(await sandbox.ok('postgres:list'), /newer +postgres:17 +running/);
  await sandbox.slipway(['postgres:connect', 'newer'], { stdin: 'CREATE DATABASE other;\n' });
  const more = await sandbox.slipway(['postgres:upgrade', 'newer', '--image-version', '15']);
  assert.match(more.stderr, /E_SERVICE_DUMP: postgres:newer has more than is moved: database other/);
});

test('it goes back to the data of before, and there again; what is kept goes when that is said', async () => {
  const all = await notes();
  await sandbox.ok('--force', 'postgres:upgrade-undo', 'db');
  const then = await notes();
  assert.ok(then.length > 20 && then.length < all.length);
  assert.deepEqual(then, all.slice(0, then.length));
  assert.equal(await version(), '15');
  await sandbox.ok('--force', 'postgres:upgrade-undo', 'db');
  assert.deepEqual(await notes(), all);
  assert.deepEqual(await volumes(), ['1', '2']);
  await sandbox.ok('--force', 'postgres:upgrade-finish', 'db');
  assert.deepEqual(await volumes(), ['2']);
  assert.deepEqual(await notes(), all);
});

test('a clone has the same data, and goes its own way', async () => {
  const count = (await notes()).length;
  assert.match(
    await sandbox.ok('postgres:clone', 'db', 'copy', '--memory', '256M'),
    /bytes were copied[^]+256 MiB/,
  );
  assert.equal(await note('not in the copy'), 200);
  const { stdout } = await sandbox.slipway(['postgres:connect', 'copy'], {
    stdin: 'SELECT count(*) FROM notes;\n',
  });
  assert.match(stdout, new RegExp(`^ +${count}$`, 'm'));
});

test('a fork has all of it, other databases too, with a password of its own', async () => {
  const all = await notes();
  await sandbox.slipway(['postgres:connect', 'db'], { stdin: 'CREATE DATABASE beside;\n' });
  const writing = writer();
  const told = await sandbox.ok('postgres:fork', 'db', 'twin');
  await writing.stop();
  const passwordOf = async (name: string) =>
    /:([0-9a-f]{32})@/.exec(await sandbox.ok('postgres:info', name, '--dsn'))?.[1];
  assert.notEqual(await passwordOf('twin'), await passwordOf('db'));
  assert.match(told, /@slipway-postgres-twin:5432\/db\n/);
  const { stdout } = await sandbox.slipway(['postgres:connect', 'twin'], {
    stdin: 'SELECT count(*) FROM notes; SELECT datname FROM pg_database; SELECT pg_is_in_recovery();\n',
  });
  const [, count] = /^ +(\d+)$/m.exec(stdout) ?? [];
  assert.ok(Number(count) >= all.length, stdout);
  assert.match(stdout, /beside[^]+ f\n/);
  await sandbox.ok('postgres:expose', 'twin');
  const exposed = (await sandbox.ok('postgres:info', 'twin', '--exposed-ports')).trim();
  const login = (password: string | undefined) =>
    psql(sandbox, `postgres://postgres:${password}@${exposed}/db`, 'SELECT 1');
  assert.equal((await login(await passwordOf('twin'))).stdout.trim(), '1');
  assert.match((await login(await passwordOf('db'))).stderr, /password authentication failed/);
});
