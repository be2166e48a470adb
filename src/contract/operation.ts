import type { z } from 'zod';
import type { Right } from '../model/access.ts';
import type { Line } from '../model/line.ts';
import type { KindName } from '../model/service-kind.ts';
import type { Fields, Values } from './field.ts';

/**
 * One row of the table: everything that a face (command line, SSH, HTTP, completion, generated docs) has to know of
 * an operation. The table is contract/operations.ts; ops/index.ts has a handler for each row or does not compile.
 *
 * What takes a typed value is written as a method, so that a row of known types is also an `Operation` of unknown ones.
 */
export interface Operation<F extends Fields = Fields, O = unknown> {
  /** One line, without a full stop. */
  readonly summary: string;
  /** Further explanation for `--help` and the docs, if the summary is not enough. */
  readonly description?: string;
  /** Command lines that work, without the word `slipway`; the first one is the best. */
  readonly examples: readonly string[];
  readonly right: Right;
  /** Changes something: runs in the app's lane and leaves an event. See `changes` for the rows that can also just show. */
  readonly mutates: boolean;
  readonly input: F;
  readonly output: z.ZodType<O>;
  /** What is printed of the output, besides the lines written while it worked. */
  show(output: O, view: View<F>): readonly Line[];
  /** Exit status of a success: `apps:exists` answers by it. 0 unless told otherwise. */
  exit?(output: O): number;
  /** What must be typed before it is done, unless --force: the name of what would be destroyed. Undefined: nothing. */
  confirm?(input: Values<F>): Confirmation | undefined;
  /** A rule over several fields: what is wrong, or undefined. */
  problem?(input: Values<F>): string | undefined;
  /** With this input it only reads, although `mutates`: `ps:scale APP` shows the formation. */
  onlyReads?(input: Values<F>): boolean;
  /** What the event says it was done with, secrets left out; by default the words and flags of the input. */
  subject?(input: Values<F>): string;
  /** Its handler reads what is piped in, as a stream. (Text that is piped in is a field of the place `stdin`.) */
  readonly stdin?: boolean;
  /** Talks with a program: what is typed goes to it as it comes, key by key from a terminal. With `stdin`. */
  readonly terminal?: boolean;
  /** Takes seconds, or goes on until it is interrupted: its lines are for eyes that wait. */
  readonly lasts?: boolean;
  /** A listing or report: has `--format json`. */
  readonly listing?: 'list' | 'report';
  /** The app that it names need not be there: it makes it, or answers by its absence. */
  readonly appMayBeMissing?: boolean;
  /** The field with the name of an app that it makes, whose lane it holds too. */
  readonly furtherApp?: string;
  /** The kind of the service that its field `name` names; what changes it holds its lane too. */
  readonly service?: KindName;
  /** That service need not be there: it makes it. */
  readonly serviceMayBeMissing?: boolean;
  /** Does not wait for its turn in the app's lane: it acts on what is in there. */
  readonly besideLane?: boolean;
  /** Not shown in help: called by our own programs. */
  readonly hidden?: boolean;
  /** Other names of the same operation. */
  readonly aliases?: readonly string[];
}

export interface Confirmation {
  /** Such as `This command will destroy app shop.` */
  readonly warning: string;
  readonly expect: string;
}

export interface View<F extends Fields = Fields> {
  readonly input: Values<F>;
  /** Headers drop. */
  readonly quiet: boolean;
  /** For times: milliseconds since 1970. */
  readonly now: number;
  /** The one row of a report that was asked for, `deploy-branch` of `--deploy-branch`; null: all. */
  readonly info: string | null;
}

/** Gives a row its types: what `show`, `exit` and `confirm` receive follows from `input` and `output`. */
export function operation<F extends Fields, O>(row: Operation<F, O>): Operation<F, O> {
  return row;
}

/** Whether a call with this input changes something, and so belongs in the lane and in the events. */
export function changes<F extends Fields, O>(row: Operation<F, O>, input: Values<F>): boolean {
  return row.mutates && row.onlyReads?.(input) !== true;
}
