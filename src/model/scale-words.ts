import { problemsFailure } from './problems.ts';
import { processTypeProblem } from './procfile.ts';

/** More processes of one type than this are a slip of the finger on one machine. */
export const mostProcesses = 100;

/** `web=2 worker=0` -> how many of each type, 0 to 100. Throws E_INPUT with all that is wrong. */
export function parseScale(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const problems: string[] = [];
  for (const word of words) {
    const [, type = '', count = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const problem = wordProblem({ word, type, count }, counts);
    if (problem === undefined) counts.set(type, Number(count));
    else problems.push(problem);
  }
  if (problems.length > 0) throw problemsFailure('E_INPUT', 'Scale', problems);
  return Object.fromEntries(counts);
}

function wordProblem(
  { word, type, count }: { word: string; type: string; count: string },
  before: ReadonlyMap<string, number>,
): string | undefined {
  if (type === '') return `${JSON.stringify(word)} must be TYPE=COUNT, such as web=2`;
  const wrong = processTypeProblem(type);
  if (wrong !== undefined) return wrong;
  if (before.has(type)) return `process type "${type}" is named twice`;
  if (!/^\d{1,3}$/.test(count) || Number(count) > mostProcesses) {
    return `${JSON.stringify(word)}: the count must be a whole number from 0 to ${mostProcesses}`;
  }
  return undefined;
}
