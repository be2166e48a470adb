import dockerignore from '@balena/dockerignore';
import { failure } from '../model/failures.ts';

/** Which paths of a tree do not go into the build context. */
export interface IgnoreRules {
  ignores(path: string): boolean;
  /** Whether a rule may take something in again below a folder that is ignored. */
  readonly hasExceptions: boolean;
}

/**
 * The rules of a `.dockerignore` (docs.docker.com/build/concepts/context, "Filename and location"); capitals count.
 * Throws E_SOURCE, naming the file, for a pattern that cannot be read.
 */
export function ignoreRules(text: string, file: string): IgnoreRules {
  const patterns = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const rules = dockerignore.default({ ignorecase: false }).add(patterns.map(literalBrackets));
  try {
    // Patterns are read when they are first used.
    rules.ignores('any');
  } catch (error) {
    throw failure('E_SOURCE', `${file} has a pattern that cannot be read`, { cause: error });
  }
  return {
    ignores: (path) => rules.ignores(path),
    hasExceptions: patterns.some((line) => line.trimStart().startsWith('!')),
  };
}

/** The library hands these to a regular expression as they are; in a pattern they mean only themselves. */
function literalBrackets(pattern: string): string {
  return pattern.replaceAll(/\\.|[(){}+|]/g, (found) => (found.startsWith('\\') ? found : `\\${found}`));
}
