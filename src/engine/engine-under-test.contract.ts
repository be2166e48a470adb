import assert from 'node:assert/strict';
import { Failure } from '../base/failure.ts';
import { type Check, defaultCheck } from '../model/check.ts';
import type { ProcessSpec } from '../model/process.ts';
import { defaultRestartPolicy } from '../model/restart-policy.ts';
import type { Engine, TaskSpec } from './engine.ts';

/** What the suite starts; each driver's test says how. */
export type Program =
  /** Answers HTTP on $PORT. */
  | 'web'
  /** Runs and listens nowhere. */
  | 'silent'
  /** Prints `no database` and ends with 3. */
  | 'exits'
  /** Prints `one`, `two`, `three` and runs on. */
  | 'talks'
  /** Prints `one`, `two`, `three` and ends with 0. */
  | 'succeeds'
  /** Prints `begun` and never ends. */
  | 'endless';

export interface EngineUnderTest {
  readonly engine: Engine;
  /** The same kind on the same machine, of another instance. */
  readonly stranger: Engine;
  /** Id of an image with what the commands need. */
  readonly image: string;
  command(program: Program): readonly string[];
  /** Names of everything that this instance still has: must be empty at the end. */
  leftovers(): Promise<readonly string[]>;
}

/** A signal that nobody aborts. */
export const never: AbortSignal = new AbortController().signal;
let deploys = 0;

/** Spec of `web.1` of app `shop`, started by a deploy of its own. */
export function specOf(
  test: Pick<EngineUnderTest, 'image' | 'command'>,
  program: Program,
  more: Partial<ProcessSpec> = {},
): ProcessSpec {
  deploys += 1;
  return {
    app: 'shop',
    release: 7,
    type: 'web',
    index: 1,
    deploy: deploys,
    image: test.image,
    command: test.command(program),
    env: {},
    port: 5000,
    memory: null,
    cpus: null,
    stopTimeout: 1,
    restartPolicy: defaultRestartPolicy,
    check: defaultCheck('web'),
    fingerprint: 'f00d',
    ...more,
  };
}

/** The default check with another end of patience: milliseconds. */
export function impatient(window: number, more: Partial<Check> = {}): Check {
  return { ...defaultCheck('web'), window, ...more };
}

/** Asserts that it fails with this code, and gives the failure. */
export async function failsWith(code: string, work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, `expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return error;
}

/** Another task of app `shop` every time. */
export function taskOf(test: Pick<EngineUnderTest, 'image' | 'command'>, program: Program): TaskSpec {
  deploys += 1;
  return {
    app: 'shop',
    deploy: deploys,
    purpose: 'release',
    image: test.image,
    command: test.command(program),
    env: {},
    joined: [],
  };
}

/** Gives what is tested, once it is opened. */
export type Use = () => EngineUnderTest;
