import { dockerFailure } from '../model/docker-failure.ts';
import { explained } from '../tools/docker-errors.ts';

/** Runs calls of Docker; what they throw becomes a Failure where a user can act on it. */
export function inDocker<T>(work: () => Promise<T>): Promise<T> {
  return explained(work, dockerFailure);
}
