import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, link, realpath } from 'node:fs/promises';
import { systemCode } from '../../src/base/failure.ts';
import { retryUntil } from '../../src/base/retry.ts';

/** Puts a program somewhere, without a copy where the file system allows. */
export async function place(from: string, to: string): Promise<void> {
  const real = await realpath(from);
  await link(real, to).catch(() => copyFile(real, to));
  await chmod(to, 0o755);
}

/** Ends a child and waits for it; by SIGKILL after 10 seconds. */
export async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(late);
}

/** Whether a program runs that was started with this word, be it in a container. */
export function runsWith(word: string): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => commandLine(pid).includes(word));
}

/** None where the process has ended meanwhile. */
function commandLine(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

/** Ends a process that is no child of this one. */
export async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    return;
  }
  await retryUntil(async () => (alive(pid) ? undefined : true), {
    firstPause: 20,
    maxPause: 100,
    timeout: 5000,
  });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
