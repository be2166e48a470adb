import { ExecError } from '../../base/exec.ts';
import { failure } from '../../model/failures.ts';
import { MmdebstrapMissing } from '../../tools/mmdebstrap.ts';

/** How many of the last lines of a program that failed are shown. */
const shownLines = 15;

/** What it means to the user when the image of a recipe could not be made; gives back what is no failure of theirs. */
export function recipeFailure(error: unknown, name: string): unknown {
  if (error instanceof MmdebstrapMissing) {
    return failure('E_IMAGE_UNAVAILABLE', `${name} cannot be made here: mmdebstrap is not installed`, {
      hint: 'apt-get install mmdebstrap',
      cause: error,
    });
  }
  if (!(error instanceof ExecError)) return error;
  const said = `${error.result.stdout}\n${error.result.stderr}`;
  if (/no space left on device|ENOSPC|disk quota exceeded/i.test(said)) {
    return failure('E_DISK_FULL', `The disk became full while ${name} was made`, { cause: error });
  }
  return failure('E_IMAGE_UNAVAILABLE', `${name} could not be made: ${error.message}`, {
    hint: 'check that this machine reaches its package mirrors and its npm registry',
    detail: lastLines(said),
    cause: error,
  });
}

function lastLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines);
}
