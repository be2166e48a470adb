import type { Failure } from '../base/failure.ts';
import { failure, type FailureCode } from './failures.ts';

/**
 * One failure for everything that is wrong with a text. One problem is the message; several are counted there and told
 * one by one as detail. `what` begins the message: `Procfile`.
 */
export function problemsFailure(code: FailureCode, what: string, problems: readonly string[]): Failure {
  const [first = 'unknown problem'] = problems;
  if (problems.length < 2) return failure(code, `${what}: ${first}`);
  return failure(code, `${what} has ${problems.length} problems`, { detail: problems });
}
