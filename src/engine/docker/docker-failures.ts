import { dockerFailure } from '../../model/docker-failure.ts';
import { DockerError } from '../../tools/docker.ts';
import { explained } from '../../tools/docker-errors.ts';

/** Runs calls of Docker; what they throw becomes a Failure where a user can act on it. */
export function inDocker<T>(work: () => Promise<T>): Promise<T> {
  return explained(work, dockerFailure);
}

/** Somebody else has the address that a container was to get. */
export function isAddressTaken(error: unknown): boolean {
  return error instanceof DockerError && /address already in use/i.test(error.message);
}
