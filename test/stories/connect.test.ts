import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { retryUntil } from '../../src/base/retry.ts';
import { sandboxWith } from '../machine/language-story.ts';
import { runsWith } from '../machine/processes.ts';
import type { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;
const patience = { firstPause: 20, maxPause: 100, timeout: 20_000 };

before(async () => {
  sandbox = await sandboxWith(['postgres:15', 'redis:7']);
  await sandbox.ok('postgres:create', 'db');
});
after(() => sandbox?.stop());

/** Somebody who types at what a program prints. */
function typist(command: string, args: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', SLIPWAY_ROOT: sandbox.root, TERM: 'xterm' };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += String(chunk);
    });
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit');
  return {
    child,
    /** Waits until a text comes that was not there before. */
    async sees(pattern: RegExp): Promise<void> {
      const found = await retryUntil(async () => pattern.exec(said) ?? undefined, patience);
      assert.ok(found, `${pattern} in ${JSON.stringify(said)}`);
      said = said.slice(found.index + found[0].length);
    },
    types: (keys: string) => void child.stdin.write(keys),
    async exit(): Promise<number | null> {
      await ended;
      return child.exitCode;
    },
  };
}

/** At a terminal of this machine. */
function atTerminal(...words: string[]) {
  const line = [join(sandbox.lib, 'node'), join(sandbox.lib, 'slipway.cjs'), ...words].join(' ');
  return typist('script', ['--quiet', '--return', '--command', line, '/dev/null']);
}

/** At a terminal elsewhere, by ssh. */
function overSsh(words: string) {
  return typist('ssh', ['-tt', ...sandbox.sshArguments, `${sandbox.user}@127.0.0.1`, words]);
}

test('what is piped in is for its client, whose answer, errors and exit status come out', async () => {
  const asked = await sandbox.slipway(['postgres:connect', 'db'], { stdin: 'SELECT 6 * 7 AS answer;\n' });
  assert.deepEqual([asked.code, asked.stderr], [0, '']);
  assert.match(asked.stdout, / 42\n/);
  const wrong = await sandbox.ssh('postgres:connect db', { stdin: 'SELECT nothing;\n' });
  assert.match(wrong.stderr, / ! +ERROR: +column "nothing" does not exist/);
  const left = await sandbox.slipway(['postgres:enter', 'db', '--', 'sh', '-c', 'cat; exit 7'], {
    stdin: 'ä\n',
  });
  assert.deepEqual([left.code, left.stdout], [7, 'ä\n']);
});

test('in a terminal its client asks and answers, until it is left', async () => {
  const psql = atTerminal('postgres:connect', 'db');
  await psql.sees(/db=# /);
  psql.types('SELECT 6 * 7 AS answer;\r');
  await psql.sees(/ 42\s/);
  await psql.sees(/db=# /);
  psql.types('\\q\r');
  assert.equal(await psql.exit(), 0);
  const shell = atTerminal('postgres:enter', 'db');
  await shell.sees(/# /);
  shell.types('stty size; exit 3\r');
  await shell.sees(/24 80/);
  assert.equal(await shell.exit(), 3);
});

test('over ssh the same: Ctrl-C ends a statement, and not the conversation', async () => {
  const psql = overSsh('postgres:connect db');
  await psql.sees(/db=# /);
  psql.types('SELECT pg_sleep(600);\r');
  await psql.sees(/pg_sleep/);
  await retryUntil(async () => {
    const { stdout } = await sandbox.slipway(['postgres:info', 'db', '--longest-statement']);
    return /[1-9]/.test(stdout) ? true : undefined;
  }, patience);
  psql.types('\x03');
  await psql.sees(/canceling statement due to user request/);
  psql.types('\\q\r');
  assert.equal(await psql.exit(), 0);
});

test('a caller who is gone takes the program along, with what that started', async () => {
  const inside = 'trap "" HUP; sleep 98761; sleep 98762';
  for (const come of [
    () => atTerminal('postgres:enter', 'db', '--', 'sh', '-c', `'${inside}'`),
    () => overSsh(`postgres:enter db -- sh -c '${inside}'`),
  ]) {
    const caller = come();
    assert.ok(await retryUntil(async () => runsWith('98761') || undefined, patience));
    caller.child.kill('SIGKILL');
    const gone = await retryUntil(
      async () => !(runsWith('98761') || runsWith('98762')) || undefined,
      patience,
    );
    assert.ok(gone);
  }
});

test('a kind without a client says what there is instead, a service that is stopped how to start it', async () => {
  await sandbox.ok('redis:create', 'cache');
  const redis = await sandbox.slipway(['redis:connect', 'cache'], { stdin: 'PING\n' });
  assert.deepEqual([redis.code, redis.stdout], [0, 'PONG\n']);
  await sandbox.ok('redis:stop', 'cache');
  const stopped = await sandbox.slipway(['redis:enter', 'cache'], { stdin: '' });
  assert.match(stopped.stderr, /E_SERVICE_STOPPED: redis:cache does not run/);
  assert.match(await sandbox.ok('events'), /postgres:enter +- +ok +db sh\n/);
});
