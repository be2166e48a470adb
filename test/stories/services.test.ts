import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { Docker } from '../../src/tools/docker.ts';
import { listVolumes } from '../../src/tools/docker-volumes.ts';
import { pushedApp, sandboxWith } from '../machine/language-story.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
const docker = new Docker('/var/run/docker.sock');
const app = 'node-postgres';
const quick = { firstPause: 50, maxPause: 300, timeout: 20_000 };

before(async () => {
  sandbox = await sandboxWith(['node:22-bookworm-slim', 'postgres:15', 'redis:7']);
});
after(async () => {
  await sandbox?.stop();
  docker.close();
});

async function notes(): Promise<string> {
  const { status, body } = await sandbox.get(app);
  return status === 200 ? body : `${status} ${body}`;
}

async function note(text: string): Promise<void> {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: `${app}.localhost` };
    const asked = request({ host: '127.0.0.1', port: sandbox.httpPort, method: 'POST', headers });
    asked.on('response', (response) => resolve(response.resume().statusCode));
    asked.on('error', reject);
    asked.end(text);
  });
  assert.equal(status, 200);
}

test('a database is made, and the block that tells of it has its address', async () => {
  const out = await sandbox.ok('postgres:create', 'db');
  assert.match(out, /Starting postgres:db/);
  assert.match(out, /PostgreSQL container created: db/);
  assert.match(out, /Dsn: +postgres:\/\/postgres:[0-9a-f]{32}@slipway-postgres-db:5432\/db\n/);
  assert.match(out, /Status: +running\n/);
  assert.equal((await sandbox.ok('postgres:info', 'db', '--status')).trim(), 'running');
  assert.match(
    await sandbox.ok('postgres:list'),
    /NAME +VERSION +STATUS +LINKS\ndb +postgres:15 +running +-/,
  );
});

test('a linked app migrates in its release phase, writes and reads', async () => {
  await sandbox.ok('apps:create', app);
  const linked = await sandbox.ok('postgres:link', 'db', app);
  assert.match(linked, /Linked node-postgres to postgres service db: DATABASE_URL/);
  const { output } = await pushedApp(sandbox, app);
  assert.match(output, /the table of notes is there/);
  await note('first');
  assert.match(await notes(), /^\["first"\]$/);
});

test('an app that is not linked cannot reach it, neither by name nor by address', async () => {
  const password = (await sandbox.ok('postgres:info', 'db', '--dsn')).trim();
  await sandbox.ok('apps:create', 'stranger');
  await sandbox.ok('config:set', 'stranger', `DATABASE_URL=${password}`);
  const stranger = await sandbox.repository({
    'package.json': await readFile(join('test/apps', app, 'package.json'), 'utf8'),
    'package-lock.json': await readFile(join('test/apps', app, 'package-lock.json'), 'utf8'),
    'server.js': await readFile(join('test/apps', app, 'server.js'), 'utf8'),
    Procfile: 'web: node server.js',
    'app.json': '{"healthchecks":{"web":[{"type":"startup","listening":true}]}}',
  });
  await sandbox.push(stranger, 'stranger');
  const { status, body } = await sandbox.get('stranger');
  assert.equal(status, 503);
  assert.match(body, /ENOTFOUND|EAI_AGAIN|timeout/);
  const containers = (await docker.json('GET', '/containers/json', {
    query: {
      filters: JSON.stringify({
        label: ['slipway.service=postgres:db', `slipway.instance=${sandbox.instance}`],
      }),
    },
  })) as { NetworkSettings: { Networks: Record<string, { IPAddress: string }> } }[];
  const [address = ''] = Object.values(containers[0]?.NetworkSettings.Networks ?? {}).map(
    (one) => one.IPAddress,
  );
  assert.match(address, /^\d+\./);
  await sandbox.ok(
    'config:set',
    'stranger',
    `DATABASE_URL=${password.replace('slipway-postgres-db', address)}`,
  );
  const byAddress = await sandbox.get('stranger');
  assert.equal(byAddress.status, 503);
  assert.match(byAddress.body, /timeout|EHOSTUNREACH|ENETUNREACH/);
});

test('a dump goes out over ssh and comes in again, and one that is cut off changes nothing', async () => {
  const dump = join(sandbox.root, 'client/db.dump');
  const ssh = ['ssh', ...sandbox.sshArguments, `${sandbox.user}@127.0.0.1`, 'postgres:export db'];
  await exec('sh', ['-c', '"$@" > "$0"', dump, ...ssh]);
  const bytes = await readFile(dump);
  assert.equal(bytes.subarray(0, 5).toString(), 'PGDMP');
  await note('second');
  await writeFile(`${dump}.cut`, bytes.subarray(0, bytes.length - 100));
  const refused = await sandbox.ssh('postgres:import db', { stdin: createReadStream(`${dump}.cut`) });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_SERVICE_RESTORE/);
  assert.equal(await notes(), '["first","second"]');
  const taken = await sandbox.ssh('postgres:import db', { stdin: createReadStream(dump) });
  assert.equal(taken.code, 0, taken.stderr);
  assert.equal(await notes(), '["first"]');
});

test('a service that is linked is not destroyed, and unlink takes the variable away', async () => {
  const refused = await sandbox.slipway(['--force', 'postgres:destroy', 'db']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_SERVICE_LINKED: postgres:db is linked to node-postgres/);
  assert.equal((await sandbox.slipway(['postgres:linked', 'db', app])).code, 0);
});

test('its data outlives a stop and a restart, and the app finds it again', async () => {
  await sandbox.ok('postgres:stop', 'db');
  assert.match(await notes(), /^503/);
  await sandbox.ok('postgres:start', 'db');
  const again = await retryUntil(async () => ((await notes()) === '["first"]' ? true : undefined), quick);
  assert.ok(again, await notes());
  await sandbox.ok('postgres:restart', 'db');
  assert.match(
    await sandbox.ok('postgres:logs', 'db', '-n', '50'),
    /database system is ready to accept connections/,
  );
});

test('a second one has a colour, and promote makes it the one', async () => {
  await sandbox.ok('postgres:create', 'next');
  await sandbox.ok('postgres:link', 'next', app, '--no-restart');
  assert.match(await sandbox.ok('config:keys', app), /SLIPWAY_POSTGRES_AQUA_URL/);
  await sandbox.ok('postgres:unlink', 'next', app, '--no-restart');
  await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'next');
});

test('slipwayd that is killed while it makes one leaves nothing of it', async () => {
  await sandbox.stopDaemon();
  await sandbox.startDaemon({ SLIPWAY_PAUSE_AT: 'service started' });
  const making = sandbox.slipway(['redis:create', 'half']);
  const volumes = () =>
    listVolumes(docker, [`slipway.instance=${sandbox.instance}`, 'slipway.service=redis:half']);
  assert.ok(await retryUntil(async () => ((await volumes()).length > 0 ? true : undefined), quick));
  await sandbox.stopDaemon('SIGKILL');
  assert.notEqual((await making).code, 0);
  assert.equal(await notes(), '["first"]', 'a database needs no slipwayd');
  await sandbox.startDaemon();
  assert.equal((await sandbox.slipway(['redis:exists', 'half'])).code, 1);
  assert.deepEqual(await volumes(), []);
  await sandbox.ok('redis:create', 'half');
  await sandbox.ok('--force', 'redis:destroy', '--no-backup', 'half');
  assert.deepEqual(await volumes(), []);
});

test('a container that is gone is brought back with its data at the next start', async () => {
  await docker.json('DELETE', `/containers/slipway-${sandbox.instance}.postgres.db`, {
    query: { force: true },
  });
  const broken = await sandbox.slipway(['doctor']);
  assert.match(broken.stdout, /postgres:db does not run/);
  await sandbox.stopDaemon();
  await sandbox.startDaemon();
  const back = await retryUntil(async () => ((await notes()) === '["first"]' ? true : undefined), quick);
  assert.ok(back, await notes());
});

test('destroyed, it is gone with its data; the app goes on', async () => {
  await sandbox.ok('postgres:unlink', 'db', app, '--no-restart');
  await sandbox.ok('--force', 'postgres:destroy', 'db');
  assert.deepEqual(await listVolumes(docker, [`slipway.instance=${sandbox.instance}`]), []);
  assert.equal((await sandbox.slipway(['postgres:info', 'db'])).code, 1);
});
