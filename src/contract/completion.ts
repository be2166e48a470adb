import type { Completes, Field } from './field.ts';
import { commandNames, findOperation, groups, type OperationName, rowOf } from './operations.ts';
import { namesApp } from './read-words.ts';
import { isFlagWord } from './scan-flags.ts';
import { flagName, isFlag, isWord } from './usage.ts';

/** The names of one kind that exist now; of an app where the kind belongs to one. */
export type Lookup = (kind: Completes, app: string | null) => readonly string[] | Promise<readonly string[]>;

const globalFlags = ['--quiet', '--force', '--detach', '--app', '--help'] as const;

/**
 * What the last word may become; the words are those after `slipway` up to the cursor, the last one unfinished or empty.
 * Whole words are given; never throws for what was typed.
 */
export async function complete(words: readonly string[], lookup: Lookup): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const partial = words.at(-1) ?? '';
  const candidates = await candidatesFor(before, partial, lookup);
  return candidates.filter((candidate) => candidate.startsWith(partial));
}

async function candidatesFor(
  before: readonly string[],
  partial: string,
  lookup: Lookup,
): Promise<readonly string[]> {
  if (before.at(-1) === '--app') return lookup('app', null);
  const at = commandAt(before);
  const command = before[at];
  if (command === undefined) return isFlagWord(partial) || partial === '--' ? globalFlags : commandNames;
  if (command === 'completion') return ['bash', 'zsh'];
  if (command === 'help') return ['--all', ...groups.map(({ name }) => name), ...commandNames];
  const name = findOperation(command);
  return name === undefined
    ? []
    : argumentsOf(name, { before: before.slice(at + 1), app: appFlag(before), partial }, lookup);
}

/** Where the command stands: the first word that is no flag and not the value of `--app`. */
function commandAt(words: readonly string[]): number {
  return words.findIndex((word, at) => !word.startsWith('-') && words[at - 1] !== '--app');
}

function appFlag(words: readonly string[]): string | null {
  const at = words.indexOf('--app');
  return (
    (at === -1 ? words.find((word) => word.startsWith('--app='))?.slice('--app='.length) : words[at + 1]) ??
    null
  );
}

interface Typed {
  /** The finished words behind the command. */
  readonly before: readonly string[];
  /** The value of `--app`. */
  readonly app: string | null;
  readonly partial: string;
}

async function argumentsOf(name: OperationName, typed: Typed, lookup: Lookup): Promise<readonly string[]> {
  const last = typed.before.at(-1);
  if (last === '--format' && rowOf(name).listing !== undefined) return ['json', 'text'];
  const words = wordsBefore(name, typed);
  const app = takesApp(name) ? words[0] || null : null;
  const option = optionNamed(name, last);
  if (option !== undefined) return valuesOf(option, app, lookup);
  if (typed.partial.startsWith('-')) return flagsOf(name);
  const fields = Object.values(rowOf(name).input).filter(isWord);
  const field = fields[words.length] ?? fields.findLast(({ place }) => place === 'rest');
  return field === undefined ? [] : valuesOf(field, app, lookup);
}

/** The finished words, as if an app that a flag names stood first; it is empty for `--global`. */
function wordsBefore(name: OperationName, { before, app }: Typed): readonly string[] {
  const words = plainWords(name, before);
  const byFlag = app ?? (before.includes('--global') ? '' : null);
  return takesApp(name) && byFlag !== null ? [byFlag, ...words] : words;
}

function takesApp(name: OperationName): boolean {
  return Object.values(rowOf(name).input).some(namesApp);
}

async function valuesOf(field: Field, app: string | null, lookup: Lookup): Promise<readonly string[]> {
  if (field.choices !== undefined) return field.choices;
  if (field.completes === undefined) return [];
  const names = await lookup(field.completes, app);
  return field.placeholder.includes('=') ? names.map((name) => `${name}=`) : names;
}

/** The words that are neither flags nor their values. */
function plainWords(name: OperationName, words: readonly string[]): readonly string[] {
  return words.filter((word, at) => {
    const last = words[at - 1];
    return (
      !isFlagWord(word) && last !== '--app' && last !== '--format' && optionNamed(name, last) === undefined
    );
  });
}

/** The field of an option by the word that it is written as: `--num`, `-n`. */
function optionNamed(name: OperationName, word: string | undefined): Field | undefined {
  const found = Object.entries(rowOf(name).input).find(
    ([key, field]) =>
      field.place === 'option' && (word === flagName(key) || word === `-${field.short ?? ''}`),
  );
  return found?.[1];
}

function flagsOf(name: OperationName): readonly string[] {
  const row = rowOf(name);
  const own = Object.entries(row.input).filter(([, field]) => isFlag(field));
  const takesGlobal = Object.values(row.input).some(({ place }) => place === 'appOrGlobal');
  return [
    ...own.map(([key]) => flagName(key)),
    ...(row.listing === undefined ? [] : ['--format']),
    ...(takesGlobal ? ['--global'] : []),
    ...globalFlags,
  ];
}
