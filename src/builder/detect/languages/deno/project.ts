import { readJsonc, textAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';

/** What deno.json says, and what the files tell. */
export interface DenoProject {
  /** Name -> line. */
  readonly tasks: Readonly<Record<string, string>>;
  readonly isWorkspace: boolean;
  readonly framework: string | null;
  /** A line like one of a Procfile; null: nothing tells. */
  readonly start: string | null;
  /** The file that is run first, where it is known. */
  readonly entry: string | undefined;
}

/** Programs by the names that people give them. */
const programs = [
  'main.ts',
  'main.tsx',
  'main.js',
  'server.ts',
  'server.js',
  'app.ts',
  'index.ts',
  'index.js',
];

/** Throws E_BUILD_PLAN for a deno.json that cannot be read. */
export function readDeno(source: SourceView): DenoProject {
  const manifest = readJsonc(source, 'deno.json') ?? readJsonc(source, 'deno.jsonc');
  const tasks = tasksOf(manifest);
  const program = [...programs, ...programs.map((name) => `src/${name}`)].find((path) => source.has(path));
  const task = tasks['start'];
  const start = task === undefined ? programStart(program) : taskStart(task);
  return {
    tasks,
    isWorkspace: manifest?.['workspace'] !== undefined,
    framework: frameworkOf(manifest),
    start,
    entry: /\b([\w./-]+\.[jt]sx?)$/.exec(start ?? '')?.[1],
  };
}

function tasksOf(manifest: Manifest | undefined): Readonly<Record<string, string>> {
  const tasks = manifest?.['tasks'];
  if (typeof tasks !== 'object' || tasks === null) return {};
  const lines = Object.keys(tasks).map((name) => [
    name,
    textAt(manifest, 'tasks', name) ?? textAt(manifest, 'tasks', name, 'command'),
  ]);
  return Object.fromEntries(lines.filter(([, line]) => line !== undefined)) as Record<string, string>;
}

function programStart(program: string | undefined): string | null {
  return program === undefined ? null : `deno run -A ${program}`;
}

/**
 * The command of a task itself, where it is one of Deno and nothing of a shell: SIGTERM reaches it then. `deno serve` is told
 * where to listen.
 */
function taskStart(task: string): string {
  if (!/^deno (run|serve) [\w\s./=:@,-]+$/.test(task)) return 'deno task start';
  const line = task.replace(/\s--watch(-hmr)?(=\S+)?/g, '');
  if (!line.startsWith('deno serve') || line.includes('--port')) return line;
  return line.replace('deno serve', 'deno serve --host 0.0.0.0 --port $PORT');
}

/** Frameworks by what an import is of; the first that is there. */
const frameworks: readonly (readonly [word: string, name: string])[] = [
  ['fresh', 'Fresh'],
  ['hono', 'Hono'],
  ['oak', 'Oak'],
];

function frameworkOf(manifest: Manifest | undefined): string | null {
  const imports = JSON.stringify(manifest?.['imports'] ?? {});
  return frameworks.find(([word]) => new RegExp(`[/:@"]${word}[@/"]`).test(imports))?.[1] ?? null;
}
