import { constants } from 'node:os';
import { saysDiskFull } from '../base/disk-full.ts';
import { failure } from '../model/failures.ts';
import { type ProcessSpec, processName } from '../model/process.ts';
import { commandNotFound, missingCommand } from './command-not-found.ts';
import { checkedPort, type Evidence, type Rule } from './evidence.ts';
import { missingVariable } from './missing-variable.ts';

/** Causes for which a process ended, in the order in which they are looked for. */
export const exitRules: readonly Rule[] = [
  outOfMemory,
  diskFull,
  wrongArchitecture,
  notExecutable,
  notFound,
  configMissing,
  finished,
  crashedAfterListening,
];

/** `web.1 ended with code 139 (SIGSEGV)` */
export function endedText({ spec, exit }: Evidence): string {
  const code = exit?.code ?? null;
  const signal = code === null ? undefined : signalOf(code);
  return `${processName(spec)} ended${code === null ? '' : ` with code ${code}`}${signal ? ` (${signal})` : ''}`;
}

function outOfMemory({ spec, exit, lines }: Evidence): Error | undefined {
  if (!exit?.outOfMemory) return undefined;
  const name = processName(spec);
  if (exit.outOfMemory === 'machine' || spec.memory === null)
    return failure('E_MEMORY_SHORT', `${name} was killed: the machine ran out of memory`, { detail: lines });
  const certainty = exit.outOfMemory === 'likely' ? ', most likely' : '';
  const megabytes = Math.round(spec.memory / 2 ** 20);
  return failure(
    'E_OUT_OF_MEMORY',
    `${name} was killed${certainty} for using more memory than its limit of ${megabytes} MB`,
    { detail: lines },
  );
}

/** Not the limit for files that are watched, which Linux calls by the same name. */
function diskFull(evidence: Evidence): Error | undefined {
  const { lines } = evidence;
  if (!lines.some((line) => saysDiskFull(line) && !/watch/i.test(line))) return undefined;
  return failure('E_DISK_FULL', `${endedText(evidence)}: its log says that the disk is full`, {
    detail: lines,
  });
}

/** A shell that is given a binary of another processor takes it for a script, and prints its first bytes. */
const foreignBinary = /exec format error|\u007FELF.*not found/i;

function wrongArchitecture({ spec, lines }: Evidence): Error | undefined {
  if (!lines.some((line) => foreignBinary.test(line))) return undefined;
  return failure(
    'E_WRONG_ARCHITECTURE',
    `${processName(spec)} cannot start: its program is for another processor than this machine's (${process.arch})`,
    { detail: lines },
  );
}

function notExecutable({ spec, exit, lines }: Evidence): Error | undefined {
  if (exit?.code !== 126) return undefined;
  const found = /\[FATAL tini \(\d+\)\] exec (.+) failed: Permission denied|(\S+): Permission denied/i.exec(
    lines.at(-1) ?? '',
  );
  if (!found) return undefined;
  const file = found[1] ?? found[2] ?? '';
  return failure('E_NOT_EXECUTABLE', `${processName(spec)} cannot start: "${file}" may not be executed`, {
    hint: `make it executable in the repository: git update-index --chmod=+x ${file.split('/').at(-1)}`,
    detail: lines,
  });
}

function notFound({ spec, exit, lines }: Evidence): Error | undefined {
  const command = exit?.code === 127 ? missingCommand(lines.at(-1) ?? '') : takenForScript(spec, lines);
  return command === undefined ? undefined : commandNotFound(processName(spec), command, lines);
}

/** The entrypoint of the official Node images gives a command that it does not find to Node, as the name of a script. */
function takenForScript({ command }: ProcessSpec, lines: readonly string[]): string | undefined {
  const program = command?.[0];
  const said = `/${program}'`;
  const missing = lines.some((line) => line.startsWith('Error: Cannot find module ') && line.endsWith(said));
  return missing ? program : undefined;
}

function configMissing(evidence: Evidence): Error | undefined {
  return missingVariable(evidence, endedText(evidence));
}

function finished(evidence: Evidence): Error | undefined {
  if (evidence.exit?.code !== 0) return undefined;
  const { type } = evidence.spec;
  return failure(
    'E_PROCESS_FINISHED',
    `${processName(evidence.spec)} ended with exit code 0: a ${type} process must keep running`,
    { detail: evidence.lines },
  );
}

function crashedAfterListening(evidence: Evidence): Error | undefined {
  if (!evidence.tries.reached) return undefined;
  const port = checkedPort(evidence.spec);
  return failure(
    'E_CRASHED_AFTER_LISTENING',
    `${endedText(evidence)} after it had listened on port ${port}`,
    {
      detail: evidence.lines,
    },
  );
}

/** 128 + N is how shells and Docker tell of a program that signal N ended. */
function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
}
