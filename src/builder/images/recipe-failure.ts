import { saysDiskFull } from '../../base/disk-full.ts';
import { ExecError } from '../../base/exec.ts';
import { systemCode } from '../../base/failure.ts';
import { failure } from '../../model/failures.ts';
import { MmdebstrapMissing } from '../../tools/mmdebstrap.ts';

/** How many of the last lines of a program that failed are shown. */
const shownLines = 15;

/** What it means to the user when the image of a recipe could not be made; gives back what is no failure of theirs. */
export function recipeFailure(error: unknown, name: string): unknown {
  if (error instanceof MmdebstrapMissing) return missing(name, 'mmdebstrap', error);
  if (!(error instanceof ExecError)) return error;
  if (systemCode(error.cause) === 'ENOENT') return missing(name, error.program, error);
  const said = `${error.result.stdout}\n${error.result.stderr}`;
  if (saysDiskFull(said)) {
    return failure('E_DISK_FULL', `The disk became full while ${name} was made`, { cause: error });
  }
  return failure('E_IMAGE_UNAVAILABLE', `${name} could not be made: ${programOf(error)} failed`, {
    hint: 'check that this machine reaches its package mirrors and its npm registry',
    detail: lastLines(said),
    cause: error,
  });
}

function missing(name: string, program: string, cause: Error): Error {
  const hint = `apt-get install ${program}`;
  return failure('E_IMAGE_UNAVAILABLE', `${name} cannot be made here: ${program} is not installed`, {
    hint,
    cause,
  });
}

/** mmdebstrap is started by unshare(1), which is nothing to the user. */
function programOf(error: ExecError): string {
  return error.program === 'unshare' ? 'mmdebstrap' : error.program;
}

/** Lines that say nothing of the cause: npm's stack traces and log file, what mmdebstrap is about to do. */
const noise = /^\s*$|^npm error\s*$|^npm error\s+at |^npm error A complete log|^[IW]: /;

function lastLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !noise.test(line))
    .slice(-shownLines);
}
