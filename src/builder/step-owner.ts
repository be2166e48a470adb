import { instructionFlags, parseDockerfile } from './dockerfile-text.ts';

/**
 * Tells whether a step that BuildKit runs is one of this Dockerfile's, by its command: `RUN npm ci` is run as
 * `/bin/sh -c "npm ci"`, `RUN ["npm", "ci"]` as `npm ci`. BuildKit itself says of no step whose it is.
 */
export function stepOwner(dockerfile: string): (argv: readonly string[]) => boolean {
  const runs = parseDockerfile(dockerfile)
    .instructions.filter(({ keyword }) => keyword === 'RUN')
    .map(({ rest }) => instructionFlags(rest).words);
  const commands = new Set(runs.map(squeezed));
  // What a here-document holds is no part of the instruction as it was read.
  const whole = runs.some((words) => words.includes('<<')) ? squeezed(dockerfile) : '';
  return (argv) => {
    const last = squeezed(argv.at(-1) ?? '');
    if (last === '') return false;
    return commands.has(last) || commands.has(squeezed(JSON.stringify(argv))) || whole.includes(last);
  };
}

/** Without what joining lines leaves or takes away. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s\\`]/g, '');
}
