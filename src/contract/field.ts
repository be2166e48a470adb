import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { appNameProblem } from '../model/app.ts';

/** One input of an operation: how it is written on a command line, and which values it may have. */
export interface Field<T = unknown> {
  readonly place: Place;
  readonly schema: z.ZodType<T>;
  readonly help: string;
  /** What stands for the value in usage lines, such as `KEY=VALUE`. */
  readonly placeholder: string;
  /** One letter, for a flag that has a short form. */
  readonly short?: string;
  /** Kind of thing it names, for completion: an app, a key, ... */
  readonly completes?: Completes;
  /** For completion: the only values it may have. */
  readonly choices?: readonly string[];
  /** `--` is a value of this word (standard input) and does not end the flags. */
  readonly takesDashes?: boolean;
}

export type Completes = 'app' | 'key' | 'image' | 'process-type' | 'ssh-key';

/**
 * word: one positional word. rest: all further words. option: `--name VALUE`. flag: `--name`.
 * app: the first word, or `--app`. appOrGlobal: the same, or `--global` (null). stdin: the text that is piped in.
 */
export type Place =
  | 'app'
  | 'appOrGlobal'
  | 'optionalApp'
  | 'word'
  | 'optionalWord'
  | 'rest'
  | 'option'
  | 'flag'
  | 'stdin';

export type Fields = Readonly<Record<string, Field>>;

/** The values of fields: what a handler receives. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Longest text in one field, in characters: far above any honest value. */
const longest = 64 * 1024;

/** Text without the bytes that no command line or name can carry. */
export const text = z
  .string()
  .max(longest)
  .refine((value) => !value.includes('\0'), 'A value must not contain a NUL');

/** Text that `problem` finds nothing wrong with; what it finds is the whole message. */
export function checked(problem: (value: string) => string | undefined): z.ZodType<string> {
  return z.string().superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** What `read` makes of one word; a Failure that it throws is what is wrong with the word. */
export function readBy<T>(read: (word: string) => T): z.ZodType<T> {
  return text.transform((word, context) => {
    try {
      return read(word);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/** A whole number; the words of a command line give it as digits. `what` names it in the message. */
export function integer(least: number, most: number, what: string): z.ZodType<number> {
  const error = `${what} must be a whole number from ${least} to ${most}`;
  const number = z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
  const digits = (value: unknown) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return z.preprocess(digits, number);
}

const appName = checked(appNameProblem);

export function app(): Field<string> {
  return { place: 'app', schema: appName, help: 'the app', placeholder: 'APP', completes: 'app' };
}

export function optionalApp(): Field<string | null> {
  return {
    place: 'optionalApp',
    schema: appName.nullable().default(null),
    help: 'the app; all apps without it',
    placeholder: 'APP',
    completes: 'app',
  };
}

/** An app, or null for `--global`. */
export function appOrGlobal(): Field<string | null> {
  return {
    place: 'appOrGlobal',
    schema: appName.nullable(),
    help: 'the app, or --global for all',
    placeholder: 'APP|--global',
    completes: 'app',
  };
}

type Naming = Pick<Field, 'help' | 'placeholder'> &
  Partial<Pick<Field, 'completes' | 'choices' | 'short' | 'takesDashes'>>;

export function word<T>(schema: z.ZodType<T>, naming: Naming): Field<T> {
  return { place: 'word', schema, ...naming };
}

export function optionalWord<T>(schema: z.ZodType<T>, naming: Naming): Field<T | null> {
  return { place: 'optionalWord', schema: schema.nullable().default(null), ...naming };
}

export function rest<T>(
  schema: z.ZodType<T>,
  naming: Naming & { readonly least?: number },
): Field<readonly T[]> {
  const { least = 1, ...plain } = naming;
  const several = z.array(schema).min(least).max(1000).readonly();
  return { place: 'rest', schema: least === 0 ? several.default([]) : several, ...plain };
}

export function option<T>(schema: z.ZodType<T>, naming: Naming): Field<T | null> {
  return { place: 'option', schema: schema.nullable().default(null), ...naming };
}

/** An option that is not optional. */
export function requiredOption<T>(schema: z.ZodType<T>, naming: Naming): Field<T> {
  return { place: 'option', schema, ...naming };
}

export function flag(naming: Omit<Naming, 'placeholder'>): Field<boolean> {
  return { place: 'flag', schema: z.boolean().default(false), placeholder: '', ...naming };
}

/** The text that is piped in; a face reads it and puts it into the input, a call of the API has it as a value. */
export function stdin(naming: Omit<Naming, 'placeholder'>): Field<string> {
  return { place: 'stdin', schema: text, placeholder: '', ...naming };
}
