import { failure } from '../model/failures.ts';
import type { Field } from './field.ts';
import { type OperationName, rowOf } from './operations.ts';
import { shown } from './scan-flags.ts';
import { isOptional, isWord, usageOf } from './usage.ts';

export interface WordTarget {
  /** The input that the words are written into. */
  readonly into: Record<string, unknown>;
  /** The value of `--app`. */
  readonly app: string | null;
  /** Whether `--global` was given. */
  readonly global: boolean;
}

/** Gives the words of a command to the fields of its row in their order. Throws E_INPUT for too few or too many. */
export function readWords(name: OperationName, words: readonly string[], target: WordTarget): void {
  const row = rowOf(name);
  const fields = Object.entries(row.input).filter(([, field]) => isWord(field));
  refuseMisplaced(name, target);
  const left = [...words];
  const missing: string[] = [];
  for (const [key, field] of fields) {
    const value = takeValue(field, left, target);
    if (value !== undefined) target.into[key] = value;
    else if (!isOptional(field)) missing.push(field.placeholder);
  }
  if (missing.length > 0)
    throw failure('E_INPUT', `${name} needs ${missing.join(' and ')}`, { hint: usageOf(name) });
  if (left.length > 0) {
    throw failure('E_INPUT', `${name}: too many words, from ${shown(left[0] ?? '')} on`, {
      hint: usageOf(name),
    });
  }
}

/** The value of one field, its words taken from the front; undefined where none is there. */
function takeValue(field: Field, left: string[], { app, global }: WordTarget): unknown {
  if (field.place === 'appOrGlobal' && global) return null;
  if (namesApp(field) && app !== null) return app;
  // It is no name; a field behind takes it.
  if (field.place === 'optionalApp' && left[0] === '--') return undefined;
  if (field.place !== 'rest') return left.shift();
  return left.length === 0 ? undefined : left.splice(0);
}

export function namesApp(field: Field): boolean {
  return field.place === 'app' || field.place === 'optionalApp' || field.place === 'appOrGlobal';
}

function refuseMisplaced(name: OperationName, { app, global }: WordTarget): void {
  const { input } = rowOf(name);
  const fields = Object.values(input);
  const hint = usageOf(name);
  if (app !== null && !fields.some(namesApp)) throw failure('E_INPUT', `${name} takes no --app`, { hint });
  if (!global) return;
  const takesGlobal = fields.some((field) => field.place === 'appOrGlobal') || 'global' in input;
  if (!takesGlobal) throw failure('E_INPUT', `${name} takes no --global`, { hint });
  if (app !== null) throw failure('E_INPUT', 'Either an app or --global, not both', { hint });
}
