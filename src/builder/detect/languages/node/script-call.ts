/** A line that asks a package manager to run something, taken apart. */
export interface ScriptCall {
  readonly program: string;
  /** Name, or folder, of the workspace that it is run in. */
  readonly workspace: string | undefined;
  /** `exec`: a command of an installed package; `script`: what package.json calls so, or such a command. */
  readonly kind: 'script' | 'exec';
  readonly name: string;
  /** Further arguments, with the blank before them. */
  readonly rest: string;
}

const programs = new Set(['npm', 'pnpm', 'yarn', 'bun', 'npx', 'bunx']);

/** Words before the name that say nothing more. */
const fillers = new Set(['run', 'run-script']);

/** Options that change nothing but what is printed. */
const quiet = new Set(['-s', '--silent']);

/** Options whose next word says where. */
const places = new Set(['-w', '--workspace', '--filter', '-F', '-C', '--prefix', '--cwd', 'workspace']);

const placeOption = /^--(?:workspace|filter|prefix|cwd)=(.+)$/;

/**
 * Reads `npm start`, `pnpm --filter web run start`, `npx next start`. Undefined for any other command, for options that
 * are not known here, and for a file that bun is to run.
 */
export function parseScriptCall(command: string): ScriptCall | undefined {
  const [program = '', ...words] = command.trim().split(/\s+/);
  if (!programs.has(program)) return undefined;
  const { before, workspace } = takeOptions(words, program === 'npm');
  const isExec = program.endsWith('x') || before[0] === 'exec';
  const [name, ...more] = before.filter((word, at) => !(at === 0 && (fillers.has(word) || word === 'exec')));
  if (name === undefined || name.startsWith('-') || (program === 'bun' && /[./]/.test(name)))
    return undefined;
  const rest = more.map((word) => ` ${word}`).join('');
  return { program, workspace, kind: isExec ? 'exec' : 'script', name, rest };
}

/** Whether a package manager stays in front of what a command runs; a file that bun runs is bun's own. */
export function isByManager(command: string): boolean {
  const [program = ''] = command.trim().split(/\s+/);
  return program === 'bun' ? parseScriptCall(command) !== undefined : programs.has(program);
}

/**
 * Takes out the options that say where, and the `--` in front of the script's own arguments. npm has them everywhere up
 * to that, the others in front of the name only.
 */
function takeOptions(
  words: readonly string[],
  everywhere: boolean,
): { readonly before: readonly string[]; readonly workspace: string | undefined } {
  const before: string[] = [];
  let workspace: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const named = before.some((each) => !fillers.has(each) && each !== 'exec');
    if (word === '--') return { before: [...before, ...words.slice(at + 1)], workspace };
    if (!named && quiet.has(word)) continue;
    const place = everywhere || !named ? placeOf(word, words[at + 1]) : undefined;
    if (place === undefined) before.push(word);
    else {
      workspace = place.name;
      at += place.words - 1;
    }
  }
  return { before, workspace };
}

function placeOf(word: string, next: string | undefined): { name: string; words: number } | undefined {
  const inline = placeOption.exec(word)?.[1];
  if (inline !== undefined) return { name: inline, words: 1 };
  return places.has(word) && next !== undefined ? { name: next, words: 2 } : undefined;
}
