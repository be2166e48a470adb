import { problemsFailure } from './problems.ts';

/** What is wrong with the name of a process type, or undefined. */
export function processTypeProblem(type: string): string | undefined {
  const shown = JSON.stringify(type);
  if (!/^[A-Za-z0-9_-]+$/.test(type)) return `process type ${shown} must be letters, digits, - and _`;
  if (type.length > 63) return `process type ${shown} has more than 63 characters`;
  // Records of JSON cannot carry it.
  if (type === '__proto__') return `process type ${shown} is not possible`;
  return undefined;
}

/**
 * Process type -> command line, in the order of the Procfile. A line is `TYPE: COMMAND`, cut at its first colon; empty
 * lines and lines that begin with # say nothing. Throws E_PROCFILE with all that is wrong, each with its line number.
 */
export function parseProcfile(text: string): Readonly<Record<string, string>> {
  const commands = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const entry = parseLine(line);
    const problem = typeof entry === 'string' ? entry : entryProblem(entry, commands);
    if (problem !== undefined) problems.push(`line ${index + 1}: ${problem}`);
    else if (typeof entry !== 'string') commands.set(entry.type, entry.command);
  }
  if (problems.length > 0) throw problemsFailure('E_PROCFILE', 'Procfile', problems);
  return Object.fromEntries(commands);
}

interface Entry {
  readonly type: string;
  readonly command: string;
}

/** The two sides of the first colon, or what is wrong. */
function parseLine(line: string): Entry | string {
  const colon = line.indexOf(':');
  if (colon === -1) return 'no colon; each line is TYPE: COMMAND';
  return { type: line.slice(0, colon).trim(), command: line.slice(colon + 1).trim() };
}

function entryProblem(entry: Entry, before: ReadonlyMap<string, string>): string | undefined {
  if (entry.type === '') return 'no process type before the colon';
  const wrong = processTypeProblem(entry.type);
  if (wrong !== undefined) return wrong;
  if (before.has(entry.type)) return `process type "${entry.type}" is there twice`;
  if (entry.command === '') return `process type "${entry.type}" has no command`;
  if (entry.command.includes('\0')) return `the command of "${entry.type}" has a NUL`;
  return undefined;
}
