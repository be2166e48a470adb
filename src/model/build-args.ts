import { failure } from './failures.ts';
import { splitShellWords } from './shell-words.ts';

/** Names that mean something to BuildKit, such as another frontend or other caches, and those that Slipway gives itself. */
const taken = /^(BUILDKIT_|SLIPWAY_)/i;

/** The build arguments of `A=1 B="two words"`, words as a shell has them. Throws E_INPUT. */
export function parseBuildArgs(text: string): Readonly<Record<string, string>> {
  const pairs = splitShellWords(text).map((word): readonly [string, string] => {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw failure('E_INPUT', `build-args are words such as NODE_ENV=test, not ${JSON.stringify(word)}`);
    if (taken.test(name)) throw failure('E_INPUT', `The build argument ${name} cannot be set`);
    return [name, value];
  });
  return Object.fromEntries(pairs);
}
