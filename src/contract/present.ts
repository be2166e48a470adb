import type { Line } from '../model/line.ts';
import type { View } from './operation.ts';
import { type InputOf, type OperationName, type OutputOf, rowOf } from './operations.ts';
import { out } from './print.ts';
import { type Report, reportJson } from './report.ts';

export interface Presentation extends Omit<View, 'input'> {
  readonly format: Format;
}

export type Format = 'text' | 'json';

/** The result of one call. */
export interface Done<Name extends OperationName> {
  readonly name: Name;
  readonly input: InputOf<Name>;
  readonly output: OutputOf<Name>;
}

/** What a command prints of its output. Throws E_INPUT for a report's flag that the report does not have. */
export function present<Name extends OperationName>(done: Done<Name>, how: Presentation): readonly Line[] {
  const row = rowOf(done.name);
  if (how.format === 'text') return row.show(done.output, { ...how, input: done.input });
  const value = row.listing === 'report' ? reportJson(done.output as Report, isSingle(done)) : done.output;
  return JSON.stringify(value, null, 2).split('\n').map(out);
}

/** The exit status of a call that did not fail. */
export function exitOf<Name extends OperationName>({ name, output }: Omit<Done<Name>, 'input'>): number {
  return rowOf(name).exit?.(output) ?? 0;
}

/** A report on one thing is one object; on all apps, objects by app. */
function isSingle({
  name,
  input,
}: {
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
}): boolean {
  return !('app' in rowOf(name).input) || input['app'] !== null || input['global'] === true;
}
