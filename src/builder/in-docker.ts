import { dockerFailure } from '../model/docker-failure.ts';
import { DockerError } from '../tools/docker.ts';

/** Runs calls of Docker; what they throw becomes a Failure where a user can act on it. */
export async function inDocker<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DockerError ? dockerFailure(error) : error;
  }
}
