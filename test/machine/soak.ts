import assert from 'node:assert/strict';
import { join } from 'node:path';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { Client } from '../../src/client/client.ts';
import { helloApp } from './hello-app.ts';
import { type Holdings, holdingsOf } from './holdings.ts';
import type { Sandbox } from './sandbox.ts';

/** How much of each. */
export interface Amount {
  readonly deploys: number;
  readonly commands: number;
}

export interface Soaked {
  /** After a warm-up, when all was quiet. */
  readonly before: Holdings;
  readonly after: Holdings;
}

/** Deploys and commands of one app, one after another, some of them failures, some over ssh; what is held before and after. */
export async function soak(sandbox: Sandbox, warmUp: Amount, amount: Amount): Promise<Soaked> {
  const repository = await sandbox.repository(helloApp('start'));
  await deploy(sandbox, repository, 0);
  await work(sandbox, repository, warmUp);
  const before = await quietHoldings(sandbox);
  await work(sandbox, repository, amount);
  return { before, after: await quietHoldings(sandbox) };
}

/** What is more than it may be: nothing grows but history, by a row for each deploy and each change. */
export function growth({ before, after }: Soaked, amount: Amount): readonly string[] {
  return [...after]
    .filter(([name, value]) => value > (before.get(name) ?? 0) + allowance(name, amount))
    .map(([name, value]) => `${name}: ${before.get(name) ?? 0} before, ${value} after`);
}

const history: ReadonlySet<string> = new Set([
  'rows: deploys',
  'rows: releases',
  'rows: events',
  'files: deploys',
]);

/** Outputs of an app's deploys, tags of its images, logs of its processes and jobs that are kept; a warm-up may not have come so far. */
const [keptOutputs, keptTags, keptLogs, keptJobs] = [100, 10, 500, 1000];
/** Each deploy has jobs of its own that retire and clean up. */
const jobsOfDeploy = 3;

function allowance(name: string, { deploys, commands }: Amount): number {
  if (name === 'files: deploys') return Math.min(keptOutputs, deploys);
  if (name === 'files: logs') return Math.min(keptLogs, deploys);
  if (name === 'rows: jobs') return Math.min(keptJobs, jobsOfDeploy * deploys + commands);
  if (history.has(name)) return deploys + commands;
  if (name === 'tags of images') return Math.min(keptTags, deploys);
  if (name.endsWith('open files')) return 4;
  // The heap of a program that has worked; 300 deploys that leak 100 KB each would be more.
  return name.endsWith('memory (PSS)') ? 25 : 0;
}

/** Spreads the commands over the deploys. */
async function work(sandbox: Sandbox, repository: string, { deploys, commands }: Amount): Promise<void> {
  const client = new Client({ socketPath: join(sandbox.root, 'run/root.sock') });
  let command = 0;
  for (let at = 1; at <= deploys; at += 1) {
    await deploy(sandbox, repository, at);
    for (; command < (at * commands) / deploys; command += 1) await ask(sandbox, client, command);
  }
}

/** In turn a push, a restart, a change of config; each tenth is a push that fails. */
async function deploy(sandbox: Sandbox, repository: string, at: number): Promise<void> {
  const fails = at % 10 === 9;
  if (at % 3 > 0 && !fails) {
    await (at % 3 === 1 ? sandbox.ok('ps:restart', 'shop') : sandbox.ok('config:set', 'shop', `ROUND=${at}`));
    return;
  }
  const server = fails ? 'process.exit(3)' : (helloApp('')['server.js'] ?? '');
  await sandbox.commit(repository, {
    'server.js': server,
    'text.json': JSON.stringify({ text: randomId() }),
  });
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, fails ? 1 : 0, output);
}

const lines: readonly (readonly string[])[] = [
  ['apps:list'],
  ['config:get', 'shop', 'ROUND'],
  ['ps:report', 'shop'],
  ['config:set', '--no-restart', 'shop', 'IDLE=1'],
  ['config:unset', '--no-restart', 'shop', 'IDLE'],
  ['logs', 'shop', '-n', '5'],
  ['releases', 'shop'],
  ['apps:report', 'gone'],
  ['deploys', 'shop', '--format', 'json'],
  ['apps:create', 'other'],
  ['--force', 'apps:destroy', 'other'],
  ['no-such-command'],
];

/** Each thirtieth comes over ssh. */
async function ask(sandbox: Sandbox, client: Client, at: number): Promise<void> {
  const words = lines[at % lines.length] ?? [];
  if (at % 30 === 0) await sandbox.ssh(words.join(' '));
  else await client.command(words, { color: false }, () => {});
}

/** Old processes are retired after the deploy has returned. */
async function quietHoldings(sandbox: Sandbox): Promise<Holdings> {
  const quiet = async () => {
    const holdings = await holdingsOf(sandbox);
    const working = (await sandbox.ok('jobs', '--format', 'json')).trim() !== '[]';
    const leaving = holdings.get('containers') !== 1 || holdings.get('HAProxy: servers') !== 1;
    return working || leaving ? undefined : true;
  };
  assert.ok(
    await retryUntil(quiet, { firstPause: 200, maxPause: 1000, timeout: 60_000 }),
    'It is never quiet',
  );
  return holdingsOf(sandbox);
}
