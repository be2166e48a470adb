import { saysDiskFull } from '../base/disk-full.ts';
import type { Failure } from '../base/failure.ts';
import { failure } from './failures.ts';

/** An error of Docker's API, with status 0 where Docker did not answer; or a search for a subnet that failed. */
type DockerTrouble = Error & ({ readonly status: number } | { readonly kind: 'pool' | 'full' });

/** What went wrong with Docker, as it means to the user. */
export function dockerFailure(error: DockerTrouble): Failure {
  return 'kind' in error ? subnetFailure(error) : answerFailure(error);
}

function answerFailure(error: Error & { readonly status: number }): Failure {
  const { message, status } = error;
  if (status === 0) return failure('E_DOCKER_DOWN', message, { cause: error });
  if (saysDiskFull(message)) return failure('E_DISK_FULL', `The disk is full: ${message}`, { cause: error });
  if (/cannot allocate memory|\bENOMEM\b|container init was OOM-killed/i.test(message))
    return failure('E_MEMORY_SHORT', `The machine has too little memory left: ${message}`, { cause: error });
  if (/exec format error/i.test(message)) return failure('E_WRONG_ARCHITECTURE', message, { cause: error });
  if (/^No such image/i.test(message)) return failure('E_IMAGE_UNAVAILABLE', message, { cause: error });
  return failure('E_DOCKER', `Docker says: ${message}`, { cause: error });
}

/** `pool`: the setting names no block; `full`: all of it is used. */
function subnetFailure(error: Error & { readonly kind: 'pool' | 'full' }): Failure {
  const { message, kind } = error;
  if (kind === 'pool') return failure('E_INPUT', message, { hint: 'such as 10.192.0.0/11', cause: error });
  return failure('E_NETWORK_POOL', message, { cause: error });
}
