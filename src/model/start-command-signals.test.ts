import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDetached } from '../base/exec.ts';
import { systemCode } from '../base/failure.ts';
import { readIfThere } from '../base/files.ts';
import { retryUntil } from '../base/retry.ts';
import { needsGroupKill, startCommand } from './start-command.ts';

/*
 * What the init of a container does, with a real shell: the command runs in a process group of its own, SIGTERM goes to
 * its first process, or to the group where TINI_KILL_PROCESS_GROUP is set; when the first process ends, all others are
 * killed. So the app has drained only if it says so before the first process is gone.
 */

const folder = mkdtempSync(join(tmpdir(), 'slipway-signals-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Says `ready`, and on SIGTERM works on for a moment before it says `drained`. */
const app = join(folder, 'app');
writeFileSync(
  app,
  `#!/bin/sh
trap 'sleep 0.2; echo drained >>"$OUT"; exit 0' TERM
echo ready >>"$OUT"
while :; do sleep 0.05; done
`,
  { mode: 0o755 },
);

const wait = { firstPause: 10, maxPause: 50, timeout: 10_000 };

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** What the line wrote when its first process was gone after SIGTERM. */
async function stopped(line: string, name: string, ready: number): Promise<string[]> {
  const out = join(folder, name);
  const said = async () => ((await readIfThere(out)) ?? '').split('\n').slice(0, -1);
  const [program = '', ...args] = startCommand(line);
  const pid = startDetached(program, args, { APP: app, OUT: out });
  try {
    const started = await retryUntil(async () => (await said()).length >= ready || undefined, wait);
    assert.ok(started, `${line} did not start`);
    process.kill(needsGroupKill(line) ? -pid : pid, 'SIGTERM');
    const ended = await retryUntil(async () => !isThere(pid) || undefined, wait);
    assert.ok(ended, `${line} goes on after SIGTERM`);
    return await said();
  } finally {
    killGroup(pid);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

const lines: readonly string[] = [
  app,
  `"$APP"`,
  `exec "$APP"`,
  `A=1 "$APP" \${B:-c}`,
  `cd / && "$APP"`,
  `export A=1; "$APP" >/dev/null 2>&1`,
  // A shell stays:
  `"$APP" | cat`,
  `true | "$APP"`,
  `"$APP" || echo failed >>"$OUT"`,
  `("$APP")`,
  `(cd /; "$APP"); true`,
  `while true; do "$APP"; done`,
  `if true; then "$APP"; fi; echo next >>"$OUT"`,
  `. /dev/null; "$APP" && echo next >>"$OUT"`,
];

for (const [index, line] of lines.entries()) {
  test(`SIGTERM reaches the app, and nothing ends before it: ${line.replace(app, 'app')}`, async () => {
    assert.deepEqual(await stopped(line, `one-${index}`, 1), ['ready', 'drained']);
  });
}

test('Several apps in the background all drain.', async () => {
  for (const [index, line] of [`"$APP" & "$APP" & wait`, `"$APP" & "$APP"`].entries()) {
    assert.deepEqual(await stopped(line, `two-${index}`, 2), ['ready', 'ready', 'drained', 'drained'], line);
  }
});
