import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { Docker } from '../../src/tools/docker.ts';
import { listVolumes } from '../../src/tools/docker-volumes.ts';
import { pushedApp, sandboxWith } from '../machine/language-story.ts';
import { S3Server } from '../machine/s3-server.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
let storage: S3Server;
const docker = new Docker('/var/run/docker.sock');
const app = 'node-postgres';
const passphrase = 'correct horse battery';

before(async () => {
  storage = await S3Server.start(['shop-backups']);
  sandbox = await sandboxWith(['node:22-bookworm-slim', 'postgres:15', 'redis:7']);
  await sandbox.ok('postgres:create', 'db');
  await sandbox.ok('redis:create', 'often');
  await sandbox.ok('redis:backup-schedule', 'often', '* * * * *', '--keep', 'last=2');
  await sandbox.ok('apps:create', app);
  await sandbox.ok('postgres:link', 'db', app);
  await pushedApp(sandbox, app);
});
after(async () => {
  await sandbox?.stop();
  await storage?.stop();
  docker.close();
});

const folder = (service: string) => join(sandbox.root, 'backups/postgres', service);

/** Runs SQL in a service by its own client, as an operator with access to Docker would. */
async function sql(text: string, service = 'db'): Promise<string> {
  const container = `slipway-${sandbox.instance}.postgres.${service}`;
  const words = ['exec', container, 'psql', '-U', 'postgres', '-d', service, '-qtA', '-c', text];
  return (await exec('docker', words)).stdout.trim();
}

async function notes(): Promise<string> {
  return (await sandbox.get(app)).body;
}

test('a backup is made, restored into a service that is thrown away, and counted', async () => {
  await sql("INSERT INTO notes (text) SELECT 'note ' || n FROM generate_series(1, 3) n");
  const out = await sandbox.ok('postgres:backup', 'db');
  assert.match(out, /Restoring it into a service that is thrown away/);
  assert.match(out, /Backup \d+ is made: [\d.]+ KiB, [\d.]+ \w+ kept \(local\)\n.*verified/);
  assert.match(await sandbox.ok('postgres:list'), /\nNAME.*\ndb .*\n$/);
  const volumes = await listVolumes(docker, [`slipway.instance=${sandbox.instance}`]);
  assert.ok(volumes.every((volume) => !JSON.stringify(volume).includes('postgres.verify-')));
});

test('after the disaster a restore brings the data back, and the app serves it', async () => {
  await sql('DROP TABLE notes');
  assert.equal((await sandbox.get(app)).status, 503);
  const out = await sandbox.ok('--force', 'postgres:restore', 'db');
  assert.match(out, /Backing up what postgres:db has now/);
  assert.match(out, /What was there before is backup \d+/);
  assert.equal(await notes(), '["note 1","note 2","note 3"]');
});

test('a new service can be made of a backup, and the old one is left alone', async () => {
  await sandbox.ok('postgres:backup', 'db');
  await sql("INSERT INTO notes (text) VALUES ('later')");
  await sandbox.ok('--force', 'postgres:restore', 'db', '--into', 'monday');
  assert.equal(await sql('SELECT count(*) FROM notes', 'monday'), '3');
  assert.equal(await sql('SELECT count(*) FROM notes'), '4');
  await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'monday');
});

test('one that was changed where it is kept is found out, and doctor tells', async () => {
  await sandbox.ok('postgres:backup', 'db', '--no-verify');
  const newest = (await readdir(folder('db'))).sort().at(-1) ?? '';
  const bytes = await readFile(join(folder('db'), newest));
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
  await writeFile(join(folder('db'), newest), bytes);
  const looked = await sandbox.slipway(['postgres:backup-verify', 'db']);
  assert.equal(looked.code, 1);
  const doctor = await sandbox.slipway(['doctor']);
  assert.equal(doctor.code, 1);
  assert.match(doctor.stdout, /Backup \d+ of postgres:db: broken: The backup is damaged/);
  const refused = await sandbox.slipway(['--force', 'postgres:restore', 'db']);
  assert.match(refused.stderr, /E_BACKUP_DAMAGED|E_SERVICE_RESTORE/);
  assert.equal(await sql('SELECT count(*) FROM notes'), '4');
});

test('encrypted in a bucket, it is restored by login and passphrase, which no log has', async () => {
  const { accessKey, secretKey, region, endpoint } = storage.login('shop-backups');
  await sandbox.ok('postgres:backup-auth', 'db', accessKey, 'not-the-secret', region, endpoint);
  const refused = await sandbox.slipway(['postgres:backup', 'db', 'shop-backups']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_BACKUP_TARGET/);
  await sandbox.ok('postgres:backup-auth', 'db', accessKey, secretKey.reveal(), region, endpoint);
  await sandbox.ok('postgres:backup-set-encryption', 'db', passphrase);
  const out = await sandbox.ok('postgres:backup', 'db', 'shop-backups');
  assert.match(out, /kept \(shop-backups\)\n.*verified/);
  assert.match(
    await sandbox.ok('postgres:backups', 'db'),
    /shop-backups \(encrypted\) +verified \([\d.]+ s\)/,
  );
  await sql('DELETE FROM notes');
  await sandbox.ok('--force', 'postgres:restore', 'db');
  assert.equal(await sql('SELECT count(*) FROM notes'), '4');
  assert.doesNotMatch(sandbox.daemonLog(), new RegExp(`${passphrase}|${secretKey.reveal()}"`));
});

test('slipwayd that is killed while a backup is made leaves nothing of it, and the next one works', async () => {
  await sandbox.stopDaemon();
  await sandbox.startDaemon({ SLIPWAY_PAUSE_AT: 'backup begun' });
  const making = sandbox.slipway(['postgres:backup', 'db']);
  const begun = async () =>
    (await sandbox.ok('postgres:backups', 'db')).includes('being made') ? true : undefined;
  assert.ok(await retryUntil(begun, { firstPause: 50, maxPause: 300, timeout: 20_000 }));
  await sandbox.stopDaemon('SIGKILL');
  assert.notEqual((await making).code, 0);
  await sandbox.startDaemon();
  assert.match(await sandbox.ok('postgres:backups', 'db'), /failed: slipwayd ended while it was made/);
  assert.ok((await readdir(folder('db'))).every((name) => !name.includes('part')));
  await sandbox.ok('postgres:backup', 'db');
});

test('a schedule makes verified backups by itself', async () => {
  const made = async () => {
    const standing = await sandbox.ok('redis:backups', 'often');
    return /verified \(/.test(standing) ? standing : undefined;
  };
  const listed = await retryUntil(made, { firstPause: 500, maxPause: 1000, timeout: 130_000 });
  assert.ok(listed, await sandbox.ok('redis:backups', 'often'));
  assert.match(await sandbox.ok('events', '--num', '50'), /slipway +redis:backup/);
  await sandbox.ok('redis:backup-unschedule', 'often');
});

test('a service that is destroyed leaves a last backup, of which it comes back', async () => {
  await sandbox.ok('postgres:unlink', 'db', app, '--no-restart');
  await sandbox.ok('postgres:backup-unset-encryption', 'db');
  const out = await sandbox.ok('--force', 'postgres:destroy', 'db');
  const [, last = ''] = /Backup (\d+) has its data/.exec(out) ?? [];
  await sandbox.ok('postgres:create', 'db');
  await sandbox.ok('--force', 'postgres:restore', 'db', last);
  assert.equal(await sql('SELECT count(*) FROM notes'), '4');
});
