import type { Line } from '../model/line.ts';
import { failure } from '../model/failures.ts';
import type { Confirmation } from './operation.ts';
import { type InputOf, type OperationName, rowOf } from './operations.ts';

/** How far the question of a destructive operation is answered. */
export interface ConfirmationAnswer {
  readonly force: boolean;
  /** What was typed; undefined: nobody was asked yet. */
  readonly typed: string | undefined;
}

/**
 * The question that must be asked before the operation is done, or null where there is none or it is answered.
 * Throws E_NOT_CONFIRMED when something else was typed.
 */
export function openQuestion<Name extends OperationName>(
  name: Name,
  input: InputOf<Name>,
  answer: ConfirmationAnswer,
): Confirmation | null {
  const question = rowOf(name).confirm?.(input);
  if (question === undefined || answer.force || answer.typed === question.expect) return null;
  if (answer.typed === undefined) return question;
  throw failure('E_NOT_CONFIRMED', `Confirmation did not match ${question.expect}. Aborted.`);
}

/** The question as warnings; the face asks for the answer with `> `. */
export function questionLines({ warning, expect }: Confirmation): readonly Line[] {
  const texts = ['WARNING: Potentially Destructive Action', warning, `To proceed, type "${expect}"`];
  return texts.map((text) => ({ kind: 'warning', text }));
}
