import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { exec } from '../src/base/exec.ts';
import { freePort } from '../test/machine/free-ports.ts';
import { sandboxWith } from '../test/machine/language-story.ts';
import { interleaved, median, ms, print, timed } from './measure.ts';

/*
 * Copies of a database, its door, and its archive: a fork beside a clone and beside `pg_basebackup | tar -x`; statements
 * by the door beside those of a linked app's way; what keeping every change costs who writes, and what a restore takes.
 *
 *   moments.ts [RUNS [SCALE OF PGBENCH [SECONDS]]]
 */
const [runs = 3, scale = 30, seconds = 10] = process.argv.slice(2).map(Number);
const image = 'postgres:15';

const sandbox = await sandboxWith([image]);
const network = `slipway-${sandbox.instance}.postgres.db`;
try {
  await sandbox.ok('postgres:create', 'db');
  const dsn = (await sandbox.ok('postgres:info', 'db', '--dsn')).trim();
  await pgbench(network, dsn, ['-i', '-q', '-s', String(scale)]);
  await benchCopies();
  await benchDoor(dsn);
  await benchArchive(dsn);
} finally {
  await sandbox.stop();
}

/** The program that comes with PostgreSQL, in a container of its own in this network. */
async function pgbench(at: string, url: string, words: readonly string[]): Promise<string> {
  const label = `slipway.instance=${sandbox.instance}`;
  const run = ['run', '--rm', '--network', at, '--label', label, image, 'pgbench', ...words, url];
  return (await exec('docker', run)).stdout;
}

/** Transactions a second of four clients. */
async function rate(at: string, url: string, words: readonly string[] = []): Promise<number> {
  const told = await pgbench(at, url, ['-n', '-c', '4', '-T', String(seconds), ...words]);
  return Number(/tps = ([\d.]+)/.exec(told)?.[1]);
}

async function benchCopies(): Promise<void> {
  const copied = (verb: string) => async () => {
    const took = await timed(() => sandbox.ok(`postgres:${verb}`, 'db', 'copy'));
    await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'copy');
    return took;
  };
  const figures = await interleaved(runs, {
    'pg_basebackup | tar -x, nothing started': rawCopy,
    'slipway postgres:fork': copied('fork'),
    'slipway postgres:clone': copied('clone'),
  });
  const size = await sandbox.ok('postgres:info', 'db', '--data-size');
  print(
    `A copy of ${size.trim()}: median of ${runs}`,
    Object.entries(figures).map(([name, value]) => [name, ms(value)]),
  );
}

async function rawCopy(): Promise<number> {
  const folder = await mkdtemp(join(sandbox.root, 'raw-'));
  const base = ['pg_basebackup', '-h', '127.0.0.1', '-U', 'postgres', '-D', '-', '-F', 't', '-X', 'fetch'];
  const took = await timed(async () => {
    const from = spawn('docker', ['exec', network, ...base, '-c', 'fast'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const to = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
    const end = once(to, 'exit');
    await pipeline(from.stdout, to.stdin);
    await end;
  });
  await rm(folder, { recursive: true });
  return took;
}

async function benchDoor(dsn: string): Promise<void> {
  const port = await freePort();
  await sandbox.ok('postgres:expose', 'db', String(port));
  const door = dsn.replace(/@[^/]+\//, `@127.0.0.1:${port}/`);
  const seen = { direct: [] as number[], door: [] as number[] };
  for (let round = 0; round < runs; round += 1) {
    seen.direct.push(await rate(network, dsn, ['-S']));
    seen.door.push(await rate('host', door, ['-S']));
  }
  const [direct = Number.NaN, through = Number.NaN] = [seen.direct, seen.door].map(median);
  print(`Reads a second, 4 clients: median of ${runs}`, [
    ['in its network, as a linked app', direct.toFixed(0)],
    ['through its door', through.toFixed(0)],
    ['ratio', (through / direct).toFixed(2)],
  ]);
}

async function benchArchive(dsn: string): Promise<void> {
  const seen = {
    plain: [] as number[],
    archived: [] as number[],
    begun: [] as number[],
    restored: [] as number[],
  };
  for (let round = 0; round < runs; round += 1) {
    seen.plain.push(await rate(network, dsn));
    seen.begun.push(await timed(() => sandbox.ok('postgres:backup-archive', 'db')));
    seen.archived.push(await rate(network, dsn));
    seen.restored.push(
      await timed(() =>
        sandbox.ok('postgres:restore', 'db', '--at', new Date().toISOString(), '--into', 'then'),
      ),
    );
    await sandbox.ok('--force', 'postgres:destroy', '--no-backup', 'then');
    await sandbox.ok('--force', 'postgres:backup-unarchive', 'db');
  }
  const [plain = Number.NaN, archived = Number.NaN, begun, restored] = [
    seen.plain,
    seen.archived,
    seen.begun,
    seen.restored,
  ].map(median);
  print(`Every change kept: median of ${runs}`, [
    ['writes a second, 4 clients, not kept', plain.toFixed(0)],
    ['the same, kept', archived.toFixed(0)],
    ['ratio', (archived / plain).toFixed(2)],
    ['postgres:backup-archive', ms(begun)],
    [`postgres:restore --at, after ${seconds} s of such writes`, ms(restored)],
  ]);
}
