import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../src/base/failure.ts';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import { DockerImages } from '../../src/builder/images/images.ts';
import { outTo } from '../../src/model/line.ts';
import { Names } from '../../src/model/names.ts';
import type { Docker } from '../../src/tools/docker.ts';

/** What a story needs to build a Node app. */
const usual = ['debian:bookworm-slim', 'node:22-bookworm-slim'];

/** One for a machine: Docker's images are the machine's too. */
const lockFile = join(tmpdir(), 'slipway-base-images.lock');

const patience = 10 * 60_000;

/**
 * Makes sure that these images are here, under their official names. They are built once on a machine, by one run
 * at a time, and kept: all runs share them, and none removes them.
 */
export async function ensureBaseImages(docker: Docker, names: readonly string[] = usual): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'slipway-base-images-'));
  const images = new DockerImages({ docker, names: new Names(`t${randomId(7)}`), workFolder });
  const work = { out: outTo(({ text }) => console.error(text)), signal: AbortSignal.timeout(patience) };
  try {
    const here = new Set((await images.list()).filter((image) => image.present).map((image) => image.name));
    if (names.every((name) => here.has(name))) return;
    await locked(async () => {
      for (const name of names) await images.ensure(name, work);
    });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function locked(work: () => Promise<void>): Promise<void> {
  const mine = await retryUntil(takeLock, { firstPause: 100, maxPause: 1000, timeout: patience });
  if (!mine) throw new Error(`Another run has held ${lockFile} for ten minutes`);
  try {
    await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

/** True once this process has it; the lock of a process that is no more is taken away first. */
async function takeLock(): Promise<true | undefined> {
  try {
    const file = await open(lockFile, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(lockFile, 'utf8').catch(() => ''));
  // An empty file: its owner is between making and filling it.
  if (holder > 0 && !isRunning(holder)) await rm(lockFile, { force: true });
  return undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
