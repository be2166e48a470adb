import type { PlanWarning } from '../../plan.ts';
import type { Framework, Served } from './frameworks.ts';
import { buildCommand } from './build-script.ts';
import { scriptOf } from './package-json.ts';
import { packagesOf, type Project } from './project.ts';
import { resolveLine } from './resolve-line.ts';

/** Files that start an app by their name, where nothing else tells. */
const entries = ['server.js', 'index.js', 'server.mjs', 'index.mjs', 'server.cjs', 'index.cjs', 'app.js'];
const typedEntries = ['server.ts', 'index.ts', 'src/server.ts', 'src/index.ts'];

/** Whether `start` of package.json is there, and more than the scaffold's for work on the code. */
export function ownStart({ root }: Project, framework: Framework | undefined): string | undefined {
  const start = scriptOf(root, 'start');
  return start !== undefined && framework?.scaffold?.test(start) ? undefined : start;
}

/** The line that starts a server, or null where nothing tells. */
export function startLine(
  project: Project,
  framework: Framework | undefined,
  served: Served & { readonly kind: 'server' },
): string | null {
  if (ownStart(project, framework) !== undefined) return resolveLine(project, 'npm start').line;
  const scaffold = scriptOf(project.root, 'start') !== undefined;
  const entry = scaffold ? undefined : entryOf(project);
  if (entry !== undefined) return `${project.manager.name === 'bun' ? 'bun' : 'node'} ${entry}`;
  return served.start === null ? null : resolveLine(project, served.start).line;
}

function entryOf(project: Project): string | undefined {
  const { source, root, manager } = project;
  const main = root.main?.replace(/^\.\//, '');
  const forms = main === undefined ? [] : [main, `${main}.js`, `${main}/index.js`];
  const file = forms.find((path) => source.paths.includes(path));
  if (file !== undefined) return file;
  // What a build makes is not there yet.
  const built = main !== undefined && /^(dist|build|out|lib)\//.test(main);
  if (built && buildCommand(project, null) !== undefined) return main;
  const names = manager.name === 'bun' ? [...entries, ...typedEntries] : entries;
  return names.find((name) => source.has(name));
}

/** The lines of the Procfile that run better as something else: type -> that. */
export function resolvedProcesses(
  project: Project,
  procfile: Readonly<Record<string, string>> | null,
): Readonly<Record<string, string>> {
  const lines = Object.entries(procfile ?? {}).map(([type, line]) => [
    type,
    line,
    resolveLine(project, line).line,
  ]);
  return Object.fromEntries(
    lines.filter(([, line, resolved]) => line !== resolved).map(([type, , line]) => [type, line]),
  );
}

/** What will hurt about the lines that run: type -> line. */
export function lineWarnings(
  project: Project,
  lines: Readonly<Record<string, string>>,
): readonly PlanWarning[] {
  return Object.entries(lines).flatMap(([type, line]) => [
    ...(resolveLine(project, line).wrapped ? [wrapped(type, line)] : []),
    ...devCommand(project, type, line),
  ]);
}

function wrapped(type: string, line: string): PlanWarning {
  return {
    text: `"${line}" stays in front of the process ${type} and does not hand SIGTERM on: what is under way at a deploy is cut`,
    fix: `name the program itself in the Procfile, as in "${type}: node server.js"`,
  };
}

/** A command of a package that only the build has. */
function devCommand(project: Project, type: string, line: string): readonly PlanWarning[] {
  const command = line.split('&&').at(-1)?.trim().split(/\s+/)[0] ?? '';
  const has = (key: 'dependencies' | 'devDependencies') =>
    packagesOf(project).some((each) => Object.hasOwn(each[key], command));
  if (!has('devDependencies') || has('dependencies')) return [];
  return [
    {
      text: `The process ${type} starts with ${command}, which is among devDependencies: the image does not have it`,
      fix: `move ${command} to dependencies, or start with node`,
    },
  ];
}
