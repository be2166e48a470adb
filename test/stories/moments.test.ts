import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxWith } from '../machine/language-story.ts';
import { S3Server } from '../machine/s3-server.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await sandboxWith(['postgres:15', 'postgres:17']);
  await sandbox.ok('postgres:create', 'db');
  await sql('db', 'CREATE TABLE notes (text text);');
  await sql('db', "INSERT INTO notes VALUES ('before');");
});
after(() => sandbox?.stop());

async function sql(name: string, statement: string): Promise<string> {
  const { code, stdout, stderr } = await sandbox.slipway(['postgres:connect', name], {
    stdin: `\\pset tuples_only on\n\\pset format unaligned\n${statement}\n`,
  });
  assert.deepEqual([code, stderr], [0, ''], stdout);
  return stdout;
}

async function notes(name: string): Promise<string> {
  const printed = await sql(name, "SELECT 'notes: ' || string_agg(text, ' ') FROM notes;");
  return /notes: (.*)/.exec(printed)?.[1] ?? printed;
}

/** A moment with nothing around it. */
async function moment(): Promise<string> {
  await sleep(1100);
  const now = new Date().toISOString();
  await sleep(1100);
  return now;
}

const lastArchived = async () =>
  Date.parse((await sandbox.ok('postgres:info', 'db', '--last-archived')).trim());

const moments: string[] = [];

/** Returns when the data files have been copied anew, and restored to see that they can be. */
async function copied(): Promise<void> {
  const began = new Date().toISOString();
  const isProven = async () =>
    (await sandbox.ok('postgres:info', 'db', '--archive-restored')).trim() > began || undefined;
  const often = { firstPause: 500, maxPause: 500, timeout: 60_000 };
  assert.ok(await retryUntil(isProven, often), 'the data files were not copied');
}

test('every change of a database is kept from then on', async () => {
  const early = new Date(Date.now() - 60_000).toISOString();
  const told = await sandbox.ok('postgres:backup-archive', 'db', '--keep', '3');
  assert.match(told, /Copying the files of postgres:db[^]+is kept for 3 days \(local\)/);
  assert.match(await sandbox.ok('postgres:info', 'db'), /Archive: +3 days \(local\)[^]+Archive restored: +2/);
  const none = await sandbox.slipway(['postgres:restore', 'db', '--at', early, '--into', 'none']);
  assert.match(none.stderr, /E_NOT_FOUND: What postgres:db was at .+ is not kept[^]+choose a moment from/);
  moments.push(await moment());
  await sql('db', "INSERT INTO notes VALUES ('first');");
  moments.push(await moment());
  await sql('db', "INSERT INTO notes VALUES ('second');");
  moments.push(await moment());
  await sql('db', 'DROP TABLE notes;');
});

test('a new service has what there was at a moment, the dropped table and all', async () => {
  const [start = '', between = '', last = ''] = moments;
  const told = await sandbox.ok('postgres:restore', 'db', '--at', between, '--into', 'then');
  assert.match(
    told,
    /Copying files of [^]+Doing again what was changed after that[^]+is in postgres service then/,
  );
  assert.equal(await notes('then'), 'before first');
  await sql('then', "INSERT INTO notes VALUES ('goes on');");
  await sandbox.ok('postgres:restart', 'then');
  assert.equal(await notes('then'), 'before first goes on');
  // Both fetch what the server has put aside, and so does slipwayd by itself.
  await Promise.all([
    sandbox.ok('postgres:restore', 'db', '--at', start, '--into', 'start'),
    sandbox.ok('postgres:restore', 'db', '--at', last, '--into', 'last'),
  ]);
  assert.equal(await notes('start'), 'before');
  assert.equal(await notes('last'), 'before first second');
  for (const name of ['start', 'last']) await sandbox.ok('--force', 'postgres:destroy', '--no-backup', name);
});

test('what was written is fetched within a minute, also after slipwayd was killed', async () => {
  await sandbox.stopDaemon('SIGKILL');
  await sandbox.startDaemon();
  await sql('db', 'CREATE TABLE later (number int);');
  await sql('db', 'INSERT INTO later SELECT generate_series(1, 1000);');
  const written = Date.now();
  const patience = { firstPause: 500, maxPause: 500, timeout: 75_000 };
  const fetched = await retryUntil(
    async () => ((await lastArchived()) > written ? true : undefined),
    patience,
  );
  assert.ok(fetched);
  assert.ok((await lastArchived()) - written < 60_000);
});

test('over an upgrade and back: moments of before it, of after it and of after the way back', async () => {
  const before = await moment();
  await sandbox.ok('postgres:upgrade', 'db', '--image-version', '17');
  await copied();
  await sql('db', "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('in 17');");
  const after = await moment();
  await sandbox.ok('postgres:restore', 'db', '--at', after, '--into', 'after');
  assert.equal(await notes('after'), 'in 17');
  // Nothing was written since: there is no piece of the log that could end.
  await sandbox.ok('postgres:restore', 'db', '--at', new Date().toISOString(), '--into', 'now');
  await sandbox.ok('postgres:restore', 'db', '--at', before, '--into', 'earlier');
  assert.match(await sql('earlier', 'SELECT count(*) FROM later;'), /^1000$/m);
  assert.match(await sandbox.ok('postgres:info', 'earlier', '--version'), /postgres:15/);
  await sandbox.ok('--force', 'postgres:upgrade-undo', 'db');
  const back = new Date().toISOString();
  await copied();
  const told = await sandbox.slipway(['postgres:restore', 'db', '--at', back, '--into', 'none']);
  assert.match(told.stderr, /E_NOT_FOUND[^]+before .+, when it got other data files, or from .+ on/);
  await sql('db', "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('in 15');");
  await sandbox.ok('postgres:restore', 'db', '--at', await moment(), '--into', 'again');
  assert.equal(await notes('again'), 'in 15');
  assert.equal(await notes('after'), 'in 17');
  for (const name of ['after', 'now', 'earlier', 'again'])
    await sandbox.ok('--force', 'postgres:destroy', '--no-backup', name);
});

test('of one that is lost, all that was fetched comes back; after it nothing was written', async () => {
  await sandbox.ok('postgres:stop', 'db');
  await exec('docker', ['volume', 'rm', `slipway-${sandbox.instance}.postgres.db.1`]);
  const told = await sandbox.slipway([
    'postgres:restore',
    'db',
    '--at',
    new Date().toISOString(),
    '--into',
    'saved',
  ]);
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stderr, /It does not give them .*; kept are those until 2/);
  assert.match(await sql('saved', 'SELECT count(*) FROM later;'), /^1000$/m);
});

test('no longer kept, nothing of it is left', async () => {
  const files = () => exec('find', [`${sandbox.root}/backups`, '-path', '*archive*', '-type', 'f']);
  assert.notEqual((await files()).stdout, '');
  await sandbox.ok('--force', 'postgres:backup-unarchive', 'db');
  assert.equal((await files()).stdout, '');
  await sandbox.ok('postgres:start', 'db');
  assert.doesNotMatch(await sandbox.ok('postgres:info', 'db'), /Archive/);
});

test('encrypted in a bucket, it comes back from there; a bucket that is gone is told, and keeps nobody', async () => {
  const storage = await S3Server.start(['shop-archive']);
  try {
    await sandbox.ok('postgres:create', 'far');
    const { accessKey, secretKey, region, endpoint } = storage.login('shop-archive');
    await sandbox.ok('postgres:backup-auth', 'far', accessKey, secretKey.reveal(), region, endpoint);
    await sandbox.ok('postgres:backup-set-encryption', 'far', 'correct horse battery');
    await sandbox.ok('postgres:backup-archive', 'far', 'shop-archive');
    await sql('far', "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('far away');");
    const told = await sandbox.ok('postgres:restore', 'far', '--at', await moment(), '--into', 'near');
    assert.match(told, /is in postgres service near/);
    assert.equal(await notes('near'), 'far away');
  } finally {
    await storage.stop();
  }
  const broken = await retryUntil(
    async () => {
      const { stdout } = await sandbox.slipway(['events']);
      return /slipway +postgres:backup-archive +- +E_BACKUP_TARGET +far/.exec(stdout) ?? undefined;
    },
    { firstPause: 500, maxPause: 500, timeout: 60_000 },
  );
  assert.ok(broken, 'it is an event');
  const done = await sandbox.slipway(['--force', 'postgres:backup-unarchive', 'far']);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /Not all that was kept could be removed/);
});
