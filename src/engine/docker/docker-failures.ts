import { failure } from '../../model/failures.ts';
import { DockerError } from '../../tools/docker.ts';

/** What a user can make of an error of Docker; anything else is given back as it is. */
export function dockerFailure(error: unknown): unknown {
  if (!(error instanceof DockerError)) return error;
  const { message } = error;
  if (error.status === 0) return failure('E_DOCKER_DOWN', message, { cause: error });
  if (/no space left on device/i.test(message))
    return failure('E_DISK_FULL', `The disk is full: ${message}`, { cause: error });
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

/**
 * The command that the image does not have, from what is said about it: by Docker's init in the log
 * (`[FATAL tini (7)] exec serve failed: No such file or directory`, exit 127), or by runc where there is no init.
 */
export function missingCommand(said: string): string | undefined {
  return (
    /\[FATAL tini \(\d+\)\] exec (.+) failed: No such file or directory/.exec(said)?.[1] ??
    /exec: "([^"]+)": (?:executable file not found|stat [^:]*: no such file or directory)/.exec(said)?.[1]
  );
}

/** `subject` is a process or task: `web.1`. */
export function commandNotFound(subject: string, command: string): Error {
  return failure(
    'E_COMMAND_NOT_FOUND',
    `${subject} cannot start: its command "${command}" is not in the image`,
  );
}
