import type { Fields, Values } from './field.ts';
import type { Operation } from './operation.ts';
import { flagName } from './usage.ts';

/**
 * What an event says an operation was done with: what the row tells, else its words and flags without the app.
 * Only plain values are told, so that a secret, which is an object, cannot get there.
 */
export function subjectOf<F extends Fields, O>(row: Operation<F, O>, input: Values<F>): string {
  if (row.subject !== undefined) return row.subject(input);
  const values: Readonly<Record<string, unknown>> = input;
  return Object.entries(row.input)
    .filter(([, { place }]) => !hiddenPlaces.has(place))
    .flatMap(([key, { place }]) => wordsOf(key, place === 'option', values[key]))
    .join(' ');
}

const hiddenPlaces: ReadonlySet<string> = new Set(['app', 'optionalApp', 'appOrGlobal', 'stdin']);

function wordsOf(key: string, named: boolean, value: unknown): readonly string[] {
  if (value === true) return [flagName(key)];
  if (Array.isArray(value)) return value.filter(isPlain).map(String);
  if (!isPlain(value)) return [];
  return named ? [flagName(key), String(value)] : [String(value)];
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
