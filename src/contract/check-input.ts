import { z } from 'zod';
import type { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { Operation } from './operation.ts';
import { type InputOf, type OperationName, operationNames, rowOf } from './operations.ts';
import { flagName, usageOf } from './usage.ts';

/**
 * The input of an operation from what a face received: the record of a parsed command line or the JSON of an API call.
 * Throws one E_INPUT that tells everything that is wrong, a line each; unknown fields are refused.
 */
export function checkInput<Name extends OperationName>(name: Name, raw: unknown): InputOf<Name> {
  const row = rowOf(name);
  const result = schemas.get(name)?.safeParse(raw, { error: (issue) => genericMessage(row, issue) });
  if (result === undefined) throw new Error(`no schema for ${name}`);
  if (!result.success)
    throw inputFailure(
      name,
      result.error.issues.map(({ message }) => message),
    );
  const problem = row.problem?.(result.data);
  if (problem !== undefined) throw inputFailure(name, [problem]);
  return result.data as InputOf<Name>;
}

const schemas: ReadonlyMap<OperationName, z.ZodType<Record<string, unknown>>> = new Map(
  operationNames.map((name) => [name, z.strictObject(shapeOf(rowOf(name)))]),
);

function shapeOf(row: Operation): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(row.input).map(([key, field]) => [key, field.schema]));
}

function inputFailure(name: OperationName, messages: readonly string[]): Failure {
  const hint = usageOf(name);
  const [first] = messages;
  if (messages.length === 1 && first !== undefined) return failure('E_INPUT', first, { hint });
  return failure('E_INPUT', `${messages.length} things are wrong with the input of ${name}:`, {
    hint,
    detail: messages,
  });
}

/** For what the schemas of the table have no message of their own for: names the field, says what is expected. */
function genericMessage(row: Operation, issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `Unknown: ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  const what = spelling(row, issue.path ?? []);
  if (issue.code === 'invalid_type' && issue.input === undefined) return `${what} is missing`;
  if (issue.code === 'invalid_type') return `${what} must be of the type ${issue.expected}`;
  if (issue.code === 'too_small') return `${what}: at least ${issue.minimum} needed`;
  if (issue.code === 'too_big') return `${what}: at most ${issue.maximum} allowed`;
  return `${what} is not valid`;
}

/** A field as its user writes it: `KEY`, `--num`. */
function spelling(row: Operation, path: readonly PropertyKey[]): string {
  const key = String(path[0] ?? 'The input');
  const field = row.input[key];
  if (field === undefined) return key;
  return field.place === 'option' || field.place === 'flag' ? flagName(key) : field.placeholder || key;
}
