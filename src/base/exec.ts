import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { lineSplitter } from './line-splitter.ts';

export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment of the program; without it, only PATH, HOME and LANG are handed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly stdin?: Readable | string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the program is killed. */
  readonly timeout?: number;
  /** What an abort and the time-out send; SIGTERM unless told otherwise. */
  readonly killSignal?: NodeJS.Signals;
  /** Called with each whole line of stdout and stderr as it comes. */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Receives stdout as bytes instead of `ExecResult.stdout`. Not ended: only the exit code tells whether that was all. */
  readonly stdoutTo?: Writable;
}

export interface ExecResult {
  /** Exit code; 128 + signal number is not made up: a killed program has code null. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program ended with another code than 0, or could not be started. */
export class ExecError extends Error {
  readonly program: string;
  readonly result: ExecResult;

  constructor(program: string, result: ExecResult, cause?: unknown) {
    const last = result.stderr.trim().split('\n').at(-1) ?? '';
    super(
      `${program} ended with ${result.code ?? result.signal ?? 'no exit code'}${last ? `: ${last}` : ''}`,
      {
        cause,
      },
    );
    this.name = 'ExecError';
    this.program = program;
    this.result = result;
  }
}

/** At most this many characters of each output are kept in the result: the end, where errors stand. */
const keep = 1_000_000;

/** Runs a program from an argument array, never through a shell. Throws ExecError unless it exits with 0. */
export async function exec(
  program: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const result = await run(program, args, options);
  if (result.code !== 0) throw new ExecError(program, result);
  return result;
}

/** Like `exec`, but a program that ran and failed is a result, not an error. */
export function run(
  program: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], spawnOptions(options));
    const text = { stdout: '', stderr: '' };
    const collect = (from: 'stdout' | 'stderr') => {
      const onLine = options.onLine;
      const lines = onLine ? lineSplitter((line) => onLine(line, from)) : undefined;
      const stream = child[from];
      stream?.setEncoding('utf8');
      stream?.on('data', (chunk: string) => {
        text[from] = (text[from] + chunk).slice(-keep);
        lines?.push(chunk);
      });
      stream?.on('end', () => lines?.end());
    };
    if (options.stdoutTo) child.stdout?.pipe(options.stdoutTo, { end: false });
    else collect('stdout');
    collect('stderr');
    child.on('error', (cause) => {
      reject(new ExecError(program, { code: null, signal: null, stdout: '', stderr: cause.message }, cause));
    });
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
    feed(child.stdin, options.stdin);
  });
}

/** Starts a program that outlives this process, in a session of its own, with its output in no pipe of ours. */
export function startDetached(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): number {
  const child = spawn(program, [...args], { detached: true, stdio: 'ignore', env: { ...baseEnv(), ...env } });
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  return child.pid;
}

/**
 * Runs a program in place of this one: on its terminal or pipes, with its whole environment; only what it reads may be
 * given instead. Gives the exit code, 128 + its number for a signal. Ctrl-C is the program's to answer.
 */
export function runInherited(program: string, args: readonly string[], stdin?: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    const ignore = () => {};
    process.on('SIGINT', ignore);
    const child = spawn(program, [...args], { stdio: [stdin ? 'pipe' : 'inherit', 'inherit', 'inherit'] });
    child.on('error', (cause) => {
      process.off('SIGINT', ignore);
      reject(new ExecError(program, { code: null, signal: null, stdout: '', stderr: cause.message }, cause));
    });
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
    feed(child.stdin, stdin);
  });
}

function spawnOptions(options: ExecOptions) {
  return {
    stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
    env: options.env ? { ...options.env } : baseEnv(),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.killSignal === undefined ? {} : { killSignal: options.killSignal }),
  };
}

function baseEnv(): Record<string, string> {
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function feed(stdin: Writable | null, source: Readable | string | undefined): void {
  if (!stdin) return;
  stdin.on('error', () => {});
  if (source === undefined) stdin.end();
  else if (typeof source === 'string') stdin.end(source);
  else source.pipe(stdin);
}
