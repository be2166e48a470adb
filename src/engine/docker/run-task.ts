import type { Names } from '../../model/names.ts';
import type { Docker } from '../../tools/docker.ts';
import {
  attachOutput,
  createContainer,
  deleteContainer,
  killContainer,
  startContainer,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { connectNetwork } from '../../tools/docker-networks.ts';
import { commandNotFound, missingCommand } from '../command-not-found.ts';
import type { TaskSpec } from '../engine.ts';
import type { WaitOptions } from '../wait-healthy.ts';
import { taskContainer } from './container-spec.ts';

/** Runs the task's container to its end and removes it, whatever happens. Gives the exit code. */
export async function runTask(
  docker: Docker,
  task: TaskSpec,
  { names, out, signal }: WaitOptions & { names: Names },
): Promise<number> {
  signal.throwIfAborted();
  const id = await createContainer(
    docker,
    names.task(task.app, task.purpose, `d${task.deploy}`),
    taskContainer(task, names),
  );
  try {
    for (const network of task.joined) await connectNetwork(docker, network, id);
    let last = '';
    const output = await attachOutput(docker, id, (line) => out.detail((last = line)));
    const exit = await watchNextExit(docker, id);
    await startContainer(docker, id);
    const code = await untilEnd(docker, id, { signal, exit: exit.code });
    await output.end;
    const missing = missingCommand(last);
    if (code === 127 && missing !== undefined) throw commandNotFound(task.purpose, missing);
    return code;
  } finally {
    await deleteContainer(docker, id);
  }
}

/** The exit code; on abort the container is killed, and the signal's reason thrown once it is dead. */
async function untilEnd(
  docker: Docker,
  id: string,
  { signal, exit }: { signal: AbortSignal; exit: Promise<number> },
): Promise<number> {
  const kill = () => void killContainer(docker, id).catch(() => {});
  signal.addEventListener('abort', kill);
  try {
    if (signal.aborted) kill();
    const code = await exit;
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
