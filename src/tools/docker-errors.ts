import { DockerError } from './docker.ts';
import { SubnetError } from './own-network.ts';

/** Runs calls of Docker; what they fail with is thrown as `explain` tells it, all else as it is. */
export async function explained<T>(
  work: () => Promise<T>,
  explain: (error: DockerError | SubnetError) => Error,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DockerError || error instanceof SubnetError ? explain(error) : error;
  }
}
