import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { exec } from '../src/base/exec.ts';
import { randomId } from '../src/base/ids.ts';
import { retryUntil } from '../src/base/retry.ts';
import { helloApp } from '../test/machine/hello-app.ts';
import { sandboxWith } from '../test/machine/language-story.ts';
import type { Sandbox } from '../test/machine/sandbox.ts';
import { interleaved, median, ms, print, timed } from './measure.ts';

/*
 * Services: `postgres:create` beside a bare container of the same image, a link beside a change of config, and a backup
 * with its restore beside `pg_dump | zstd`.
 *
 *   services.ts [RUNS [MEGABYTES [RUNS OF BACKUPS]]]
 */
const [runs = 5, megabytes = 1024, rounds = 3] = process.argv.slice(2).map(Number);
const image = 'postgres:15';

const sandbox = await sandboxWith([image]);
try {
  await benchCreate();
  await benchLink();
  await benchBackup();
} finally {
  await sandbox.stop();
}

async function benchCreate(): Promise<void> {
  const figures = await interleaved(runs, {
    'a bare container until psql gets an answer': bareStart,
    'slipway postgres:create': async () => {
      const name = `c${randomId(6)}`;
      const took = await timed(() => sandbox.ok('postgres:create', name));
      await sandbox.ok('--force', 'postgres:destroy', '--no-backup', name);
      return took;
    },
  });
  const [floor = Number.NaN, whole = Number.NaN] = Object.values(figures);
  print(`A new PostgreSQL: median of ${runs}`, [
    ...Object.entries(figures).map(([name, value]): [string, string] => [name, ms(value)]),
    ['more than the bare container (goal: 1000 ms)', ms(whole - floor)],
  ]);
}

/** By TCP, as apps come: the socket answers while the database is still being made. */
async function bareStart(): Promise<number> {
  const name = `slipway-bench-${sandbox.instance}`;
  const label = `slipway.instance=${sandbox.instance}`;
  const words = ['run', '-d', '--name', name, '--label', label, '-e', 'POSTGRES_PASSWORD=bench', image];
  try {
    return await timed(async () => {
      await exec('docker', words);
      const answered = await retryUntil(
        () =>
          exec('docker', ['exec', name, ...psql('postgres'), '-c', 'SELECT 1']).then(
            () => true,
            () => undefined,
          ),
        { firstPause: 20, maxPause: 20, timeout: 60_000 },
      );
      if (!answered) throw new Error('the bare container does not answer');
    });
  } finally {
    await exec('docker', ['rm', '-fv', name]);
  }
}

function psql(database: string): string[] {
  return ['psql', '-h', '127.0.0.1', '-U', 'postgres', '-d', database, '-qtA'];
}

async function benchLink(): Promise<void> {
  const { code, output } = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  if (code !== 0) throw new Error(output);
  await sandbox.ok('postgres:create', 'db');
  let change = 0;
  const figures = await interleaved(runs, {
    'config:set with its restart': () =>
      timed(() => sandbox.ok('config:set', 'shop', `CHANGE=${(change += 1)}`)),
    'postgres:link': () => timed(() => sandbox.ok('postgres:link', 'db', 'shop')),
    'postgres:unlink': () => timed(() => sandbox.ok('postgres:unlink', 'db', 'shop')),
  });
  print(
    `A link: median of ${runs} (goal: as a config change)`,
    Object.entries(figures).map(([name, value]) => [name, ms(value)]),
  );
}

async function benchBackup(): Promise<void> {
  await fill();
  const dumped = join(sandbox.root, 'raw.zst');
  const seen = { raw: [] as number[], backup: [] as number[], back: [] as number[], restore: [] as number[] };
  let peak = 0;
  for (let round = 0; round < rounds; round += 1) {
    seen.raw.push(await timed(() => rawDump(dumped)));
    const growth = await growthFromNow(sandbox);
    seen.backup.push(await timed(() => sandbox.ok('postgres:backup', 'db', '--no-verify')));
    peak = Math.max(peak, await growth());
    seen.back.push(await rawRestore(dumped));
    seen.restore.push(await restored());
  }
  const [raw, backup, back, restore] = [seen.raw, seen.backup, seen.back, seen.restore].map(median);
  const { size } = await stat(dumped);
  const kept = await sandbox.ok('postgres:backups', 'db', '--format', 'json');
  const bytes = /"bytes": ?(\d+)/.exec(kept)?.[1] ?? '?';
  print(`A backup of ${megabytes} MB of rows: median of ${rounds}`, [
    ['pg_dump | zstd', `${ms(raw)}, ${size} bytes`],
    ['postgres:backup --no-verify', `${ms(backup)}, ${bytes} bytes`],
    ['speed of the raw dump (goal: 0.80)', ratio(raw, backup)],
    ['zstd -d | psql into a new database', ms(back)],
    ['postgres:restore --into, without the making of the service', ms(restore)],
    ['speed of the raw restore (goal: 0.80)', ratio(back, restore)],
    ['most memory of slipwayd more than before', `${peak.toFixed(0)} MB`],
  ]);
}

function ratio(floor = Number.NaN, whole = Number.NaN): string {
  return (floor / whole).toFixed(2);
}

function container(name: string): string {
  return `slipway-${sandbox.instance}.postgres.${name}`;
}

/** Rows that are half noise and half words, as much as the name says when they are dumped. */
async function fill(): Promise<void> {
  const rows = Math.round((megabytes * 1e6) / 264);
  const row =
    "n, repeat('a word of many ', 8) || n, md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text)";
  const sql = `CREATE TABLE rows (id bigint PRIMARY KEY, words text, noise text); INSERT INTO rows SELECT ${row} FROM generate_series(1, ${rows}) n`;
  await exec('docker', ['exec', container('db'), ...psql('db'), '-c', sql]);
}

async function rawDump(path: string): Promise<void> {
  const dump = spawn('docker', ['exec', container('db'), 'pg_dump', '-U', 'postgres', '-d', 'db'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const zstd = spawn('zstd', ['-q', '-c'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.all([pipeline(dump.stdout, zstd.stdin), pipeline(zstd.stdout, createWriteStream(path))]);
  if (dump.exitCode !== 0 && (await once(dump, 'exit'))[0] !== 0) throw new Error('pg_dump failed');
}

async function rawRestore(path: string): Promise<number> {
  await exec('docker', ['exec', container('db'), ...psql('db'), '-c', 'CREATE DATABASE raw']);
  const took = await timed(async () => {
    const zstd = spawn('zstd', ['-q', '-dc'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const load = spawn('docker', ['exec', '-i', container('db'), ...psql('raw'), '-1', '-o', '/dev/null'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    const end = once(load, 'exit');
    await Promise.all([pipeline(createReadStream(path), zstd.stdin), pipeline(zstd.stdout, load.stdin)]);
    if ((await end)[0] !== 0) throw new Error('psql failed');
  });
  await exec('docker', ['exec', container('db'), ...psql('db'), '-c', 'DROP DATABASE raw']);
  return took;
}

/** Of the newest backup into a new service; what an empty one takes is not counted. */
async function restored(): Promise<number> {
  const making = await timed(() => sandbox.ok('postgres:create', 'empty'));
  await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'empty');
  const whole = await timed(() => sandbox.ok('--force', 'postgres:restore', 'db', '--into', 'copy'));
  await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'copy');
  return whole - making;
}

/** What tells how many MB (10^6 bytes) slipwayd has grown by at most since now: the kernel's mark, set back first (proc_pid_clear_refs(5)). */
async function growthFromNow({ daemonPid }: Sandbox): Promise<() => Promise<number>> {
  await writeFile(`/proc/${daemonPid}/clear_refs`, '5');
  const before = await highWater(daemonPid);
  return async () => (await highWater(daemonPid)) - before;
}

async function highWater(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) * 1024) / 1e6;
}
