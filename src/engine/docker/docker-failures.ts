import { failure } from '../../model/failures.ts';
import { DockerError, saysDiskFull } from '../../tools/docker.ts';

/** What a user can make of an error of Docker; anything else is given back as it is. */
export function dockerFailure(error: unknown): unknown {
  if (!(error instanceof DockerError)) return error;
  const { message } = error;
  if (error.status === 0) return failure('E_DOCKER_DOWN', message, { cause: error });
  if (saysDiskFull(message)) return failure('E_DISK_FULL', `The disk is full: ${message}`, { cause: error });
  if (/cannot allocate memory|\bENOMEM\b|container init was OOM-killed/i.test(message))
    return failure('E_MEMORY_SHORT', `The machine has too little memory left: ${message}`, { cause: error });
  if (/exec format error/i.test(message)) return failure('E_WRONG_ARCHITECTURE', message, { cause: error });
  if (/^No such image/i.test(message)) return failure('E_IMAGE_UNAVAILABLE', message, { cause: error });
  return failure('E_DOCKER', `Docker says: ${message}`, { cause: error });
}

/** Runs calls of Docker; what they throw becomes a Failure where a user can act on it. */
export async function inDocker<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw dockerFailure(error);
  }
}

/** Somebody else has the address that a container was to get. */
export function isAddressTaken(error: unknown): boolean {
  return error instanceof DockerError && /address already in use/i.test(error.message);
}
