import { failure } from '../model/failures.ts';

/** What is said of a command that is not there: by Docker's init, by runc where there is no init, by shells. */
const patterns: readonly RegExp[] = [
  /\[FATAL tini \(\d+\)\] exec (.+) failed: No such file or directory/,
  /exec: "([^"]+)": (?:executable file not found|stat [^:]*: no such file or directory)/,
  /^\S*sh: (?:line )?(?:\d+: )?(?:exec: )?(?:line \d+: )?([^\s:]+): (?:command )?not found$/,
];

/**
 * The command that the image does not have, from a line that is said about it:
 * `[FATAL tini (7)] exec serve failed: No such file or directory`, `sh: 1: exec: serve: not found`.
 */
export function missingCommand(said: string): string | undefined {
  return patterns.map((pattern) => pattern.exec(said)?.[1]).find((command) => command !== undefined);
}

/** `subject` is a process or task: `web.1`. */
export function commandNotFound(subject: string, command: string, detail: readonly string[] = []): Error {
  const hint = command.includes('/')
    ? 'if the file is there: its first line names a program that is not, or it ends in a Windows line end'
    : undefined;
  return failure(
    'E_COMMAND_NOT_FOUND',
    `${subject} cannot start: its command "${command}" is not in the image`,
    { hint, detail },
  );
}
