import { posix } from 'node:path';
import { failure } from '../model/failures.ts';
import { pathPattern, type PathTest } from './path-pattern.ts';

/** Which paths of a tree do not go into the build context. */
export interface IgnoreRules {
  ignores(path: string): boolean;
  /** Whether a rule may take something in again below a folder that is ignored. */
  readonly hasExceptions: boolean;
}

interface Rule {
  /** The line began with `!`: takes in again. */
  readonly isException: boolean;
  readonly matches: PathTest;
}

/**
 * The rules of a `.dockerignore` (docs.docker.com/build/concepts/context, "dockerignore files"); capitals count, and the
 * last rule that fits a path or a folder above it decides. Throws E_SOURCE, naming the file, for a pattern that cannot
 * be read.
 */
export function ignoreRules(text: string, file: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => ruleOf(line, file));
  const last = rules.toReversed();
  return {
    ignores: (path) => last.find((rule) => rule.matches(path))?.isException === false,
    hasExceptions: rules.some((rule) => rule.isException),
  };
}

function ruleOf(line: string, file: string): readonly Rule[] {
  const text = line.trim();
  if (line.startsWith('#') || text === '') return [];
  const isException = text.startsWith('!');
  const pattern = cleaned(isException ? text.slice(1).trim() : text);
  const matches = pattern === '' ? undefined : pathPattern(pattern);
  if (!matches)
    throw failure('E_SOURCE', `${file} has a pattern that cannot be read: ${JSON.stringify(text)}`);
  return [{ isException, matches }];
}

/** Without `.` and `..`, doubled slashes, and slashes around it: all patterns begin at the top of the tree. */
function cleaned(pattern: string): string {
  return pattern === '' ? '' : posix.normalize(pattern).replace(/^\/+|\/+$/g, '') || '.';
}
