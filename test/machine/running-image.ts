import { z } from 'zod';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import {
  createContainer,
  deleteContainer,
  inspectContainer,
  readLog,
  startContainer,
  stopContainer,
} from '../../src/tools/docker-containers.ts';
import type { TrialBuilds } from './trial-builds.ts';

/** What can be seen of an image while its own command runs. */
export interface RunningImage {
  /** Waits until the app listens. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Users of all its processes. */
  uids(): Promise<readonly string[]>;
}

const port = 5000;

/** SIGKILL comes after so many seconds, which nothing that is tested by this needs. */
const patience = 15;

/**
 * Runs what an image starts by itself, held as Slipway holds a process, and then tells it to end: the exit code, 137 for
 * one that had to be killed. An error tells what the app printed.
 */
export async function whileRunning(
  { docker, instance }: TrialBuilds,
  image: string,
  look: (app: RunningImage) => Promise<void>,
): Promise<number> {
  const id = await createContainer(docker, `slipway-test-${instance}-${randomId()}`, {
    Image: image,
    Env: [`PORT=${port}`, 'TINI_KILL_PROCESS_GROUP=1'],
    Labels: { 'slipway.instance': instance },
    HostConfig: { Init: true, SecurityOpt: ['no-new-privileges'], CapDrop: ['ALL'] },
  });
  try {
    await startContainer(docker, id);
    await look({
      get: async (path) => getFrom(await addressOf(docker, id), path),
      uids: async () => uidsOf(docker, id),
    });
    await stopContainer(docker, id, patience);
    return (await inspectContainer(docker, id)).State.ExitCode;
  } catch (error) {
    throw new Error(`It printed:\n${await printedBy(docker, id)}`, { cause: error });
  } finally {
    await deleteContainer(docker, id);
  }
}

type Docker = TrialBuilds['docker'];

const networked = z.object({ NetworkSettings: z.object({ IPAddress: z.string().min(1) }) });

async function addressOf(docker: Docker, id: string): Promise<string> {
  return networked.parse(await docker.json('GET', `/containers/${id}/json`)).NetworkSettings.IPAddress;
}

async function getFrom(address: string, path: string): ReturnType<RunningImage['get']> {
  const ask = () => fetch(`http://${address}:${port}${path}`).catch(() => undefined);
  const answer = await retryUntil(ask, { firstPause: 50, maxPause: 200, timeout: 20_000 });
  if (!answer) throw new Error(`Nothing listens on port ${port}`);
  return { status: answer.status, body: await answer.text() };
}

const processes = z.object({ Processes: z.array(z.array(z.string())) });

async function uidsOf(docker: Docker, id: string): Promise<readonly string[]> {
  const query = { ps_args: '-eo uid,pid' };
  const { Processes } = processes.parse(await docker.json('GET', `/containers/${id}/top`, { query }));
  return [...new Set(Processes.map(([uid = '']) => uid))];
}

async function printedBy(docker: Docker, id: string): Promise<string> {
  const lines: string[] = [];
  await readLog(docker, id, { tail: 40, onLine: ({ text }) => lines.push(text) });
  return lines.join('\n');
}
