import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const supervise = join(import.meta.dirname, 'supervise.sh');
let folder = '';
let started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervise-'));
});

afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

const pidfile = () => join(folder, 'it.pid');
const logfile = () => join(folder, 'it.log');
const logged = () => (existsSync(logfile()) ? readFileSync(logfile(), 'utf8') : '');

function start(script: string): ChildProcess {
  const child = spawn(supervise, [pidfile(), logfile(), 'sh', '-c', script], { stdio: 'ignore' });
  started.push(child);
  return child;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (isSo()) return;
    await sleep(25);
  }
  assert.fail(`never happened: ${what}\n${logged()}`);
}

const times = (word: string) =>
  logged()
    .split('\n')
    .filter((line) => line === word).length;

test('a program that ends is started again', async () => {
  start('echo begun');
  await until('a third start', () => times('begun') >= 3);
  assert.match(logged(), /sh ended with 0; again in 0\.2 s/);
  assert.match(logged(), /again in 0\.4 s/);
});

test('TERM reaches the program, and the supervisor ends after it and takes its pid file away', async () => {
  const child = start('trap "echo told; exit 0" TERM; echo begun; while :; do sleep 0.05; done');
  await until('the start', () => times('begun') === 1);
  assert.equal(readFileSync(pidfile(), 'utf8').trim(), String(child.pid));
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.equal(times('told'), 1);
  assert.equal(existsSync(pidfile()), false);
});

test('HUP and USR2 are passed on, and nothing is restarted', async () => {
  const child = start('trap "echo hup" HUP; trap "echo usr2" USR2; echo begun; while :; do sleep 0.05; done');
  await until('the start', () => times('begun') === 1);
  child.kill('SIGHUP');
  await until('HUP', () => times('hup') === 1);
  child.kill('SIGUSR2');
  await until('USR2', () => times('usr2') === 1);
  assert.equal(times('begun'), 1);
});

test('a second supervisor for the same pid file ends at once and harms nothing', async () => {
  const first = start('echo begun; exec sleep 60');
  await until('the start', () => times('begun') === 1);
  const second = start('echo begun; exec sleep 60');
  const [code] = await once(second, 'exit');
  assert.equal(code, 0);
  assert.equal(times('begun'), 1);
  assert.equal(readFileSync(pidfile(), 'utf8').trim(), String(first.pid));
});

test('a pid file that a dead supervisor left is taken over, also when another program has its pid now', async () => {
  writeFileSync(pidfile(), `${process.pid}\n`);
  const child = start('echo begun; exec sleep 60');
  await until('the start', () => times('begun') === 1);
  assert.equal(readFileSync(pidfile(), 'utf8').trim(), String(child.pid));
});

test('a log larger than 10 MB is moved aside at the next start', async () => {
  writeFileSync(logfile(), Buffer.alloc(11 * 1024 * 1024, 'x'));
  start('echo begun; exec sleep 60');
  await until('the start', () => times('begun') === 1);
  assert.equal(statSync(`${logfile()}.1`).size, 11 * 1024 * 1024);
});
