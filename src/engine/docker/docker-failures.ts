import { dockerFailure, subnetFailure } from '../../model/docker-failure.ts';
import { DockerError } from '../../tools/docker.ts';
import { SubnetError } from '../../tools/own-network.ts';

/** Runs calls of Docker; what they throw becomes a Failure where a user can act on it. */
export async function inDocker<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SubnetError) throw subnetFailure(error);
    throw error instanceof DockerError ? dockerFailure(error) : error;
  }
}

/** Somebody else has the address that a container was to get. */
export function isAddressTaken(error: unknown): boolean {
  return error instanceof DockerError && /address already in use/i.test(error.message);
}
