import { mapParallel } from '../../base/parallel.ts';
import { failure } from '../../model/failures.ts';
import type { Names } from '../../model/names.ts';
import { type ProcessSpec, processName, type RunningProcess } from '../../model/process.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import { createContainer, deleteContainer, startContainer } from '../../tools/docker-containers.ts';
import { connectNetwork } from '../../tools/docker-networks.ts';
import { commandNotFound, missingCommand } from '../command-not-found.ts';
import { processContainer } from './container-spec.ts';
import { startedProcess } from './container-row.ts';
import { isAddressTaken } from './docker-failures.ts';

/** Containers that are being started at the same time: more do not start sooner, Docker makes their networks in turn. */
const atOnce = 8;

export interface StartPlan {
  readonly names: Names;
  /** Free addresses of the app's network. */
  readonly addresses: Iterator<string, undefined>;
  /** Names of further networks. */
  readonly joined: readonly string[];
  readonly signal: AbortSignal;
}

/** Starts all, or none: after a failure or an abort those that were made are removed. */
export async function startProcesses(
  docker: Docker,
  specs: readonly ProcessSpec[],
  plan: StartPlan,
): Promise<RunningProcess[]> {
  const made: string[] = [];
  try {
    const started = await mapParallel(specs, atOnce, (spec) => startOne(docker, spec, { ...plan, made }));
    plan.signal.throwIfAborted();
    return started;
  } catch (error) {
    // What cannot be removed now has no release that is current: it is found by its labels later.
    await Promise.allSettled(made.map((id) => deleteContainer(docker, id)));
    throw error;
  }
}

/** The calls themselves are not aborted: Docker would go on, and what it then made would be known to nobody. */
async function startOne(
  docker: Docker,
  spec: ProcessSpec,
  plan: StartPlan & { made: string[] },
): Promise<RunningProcess> {
  for (;;) {
    plan.signal.throwIfAborted();
    const address = plan.addresses.next().value;
    if (address === undefined)
      throw failure('E_NETWORK_POOL', `The network of ${spec.app} has no free address left`);
    const id = await createContainer(
      docker,
      plan.names.container(spec),
      processContainer(spec, plan.names, address),
    );
    plan.made.push(id);
    for (const network of plan.joined) await connectNetwork(docker, network, id);
    plan.signal.throwIfAborted();
    if (await tryStart(docker, spec, id)) return startedProcess(spec, id, address);
    await deleteContainer(docker, id);
  }
}

/** False where somebody else has its address. */
async function tryStart(docker: Docker, spec: ProcessSpec, id: string): Promise<boolean> {
  try {
    await startContainer(docker, id);
    return true;
  } catch (error) {
    if (isAddressTaken(error)) return false;
    const missing = error instanceof DockerError ? missingCommand(error.message) : undefined;
    throw missing === undefined ? error : commandNotFound(processName(spec), missing);
  }
}
