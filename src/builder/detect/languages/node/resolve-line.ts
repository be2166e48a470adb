import { scriptOf, type PackageJson } from './package-json.ts';
import type { Project } from './project.ts';
import { isByManager, parseScriptCall, type ScriptCall } from './script-call.ts';

/** A line that starts something, and what stands in its way to be the app itself. */
export interface ResolvedLine {
  readonly line: string;
  /** A package manager stays in front of the app: it takes memory, and does not hand SIGTERM on. */
  readonly wrapped: boolean;
}

/** Scripts that call each other deeper than this are a circle. */
const deepest = 8;

/**
 * A line as the command that it is in the end: `npm start` as what the script says, where that can be told. Scripts
 * run before it come before it; one that runs behind it, or one that is not there, leaves the line as it is.
 */
export function resolveLine(project: Project, line: string, depth = 0): ResolvedLine {
  // What has quotes or more than `&&` in it is left to the shell.
  if (/['"`\\;|<>()]|[^&]&[^&]/.test(line) || depth > deepest) return { line, wrapped: isWrapped(line) };
  const parts = line.split('&&').map((part) => part.trim());
  const found = parts.map((part, at) => resolvePart(project, part, { depth, last: at === parts.length - 1 }));
  return {
    line: found.map((each) => each.line).join(' && '),
    wrapped: found.at(-1)?.wrapped ?? false,
  };
}

/** `A=1 B=2 ` in front of a command, as they are or given to cross-env. */
const assignments = /^(?:cross-env(?:-shell)?\s+)?((?:[A-Za-z_]\w*=\S*\s+)*)(.*)$/s;

function resolvePart(
  project: Project,
  part: string,
  { depth, last }: { readonly depth: number; readonly last: boolean },
): ResolvedLine {
  const [, variables = '', command = ''] = assignments.exec(part) ?? [];
  const call = parseScriptCall(command);
  const plain = { line: `${variables}${command}`, wrapped: isByManager(command) };
  if (!call) return plain;
  const target = call.workspace === undefined ? project.root : workspaceOf(project, call.workspace);
  // Another folder would be that of the commands behind it too.
  const found = target && (last || target === project.root) ? commandOf(project, target, call) : undefined;
  if (found === undefined) return { ...plain, line: `${variables}${byNpm(call)}` };
  const inner = resolveLine(project, found, depth + 1);
  return { ...inner, line: `${within(target, inner.line, variables)}${call.rest}` };
}

/** The command that a call ends in, or undefined where that cannot be told. */
function commandOf(project: Project, target: PackageJson | undefined, call: ScriptCall): string | undefined {
  if (!target) return undefined;
  const script = call.kind === 'script' ? scriptOf(target, call.name) : undefined;
  if (script !== undefined) return withHooks(project, target, { name: call.name, script });
  if (call.kind === 'exec' || isInstalled(target, call)) return call.name;
  // What npm does without the script.
  const starts = call.program === 'npm' && call.name === 'start' && target === project.root;
  return starts && project.source.has('server.js') ? 'node server.js' : undefined;
}

function withHooks(
  { manager }: Project,
  target: PackageJson,
  { name, script }: { readonly name: string; readonly script: string },
): string | undefined {
  if (manager.name === 'berry') return script;
  if (scriptOf(target, `post${name}`) !== undefined) return undefined;
  const before = scriptOf(target, `pre${name}`);
  return before === undefined ? script : `${before} && ${script}`;
}

/** yarn and pnpm run commands of installed packages by their bare name. */
function isInstalled({ dependencies }: PackageJson, { program, name }: ScriptCall): boolean {
  return (program === 'yarn' || program === 'pnpm') && Object.hasOwn(dependencies, name);
}

function workspaceOf({ workspaces }: Project, wanted: string): PackageJson | undefined {
  const folder = wanted.replace(/^\.\//, '').replace(/\/$/, '');
  return workspaces.find((each) => each.name === wanted || each.folder === folder);
}

/** The line in the folder of its workspace, with the commands that are installed there. */
function within(target: PackageJson | undefined, line: string, variables: string): string {
  const folder = target?.folder ?? '';
  const set = variables.trim();
  if (folder === '')
    return set !== '' && line.includes('&&') ? `export ${set} && ${line}` : `${variables}${line}`;
  const path = 'PATH="$PWD/node_modules/.bin:$PATH"';
  return `cd ${folder} && export ${set === '' ? path : `${path} ${set}`} && ${line}`;
}

/** The other package managers are not in the image that runs. */
function byNpm({ program, workspace, kind, name, rest }: ScriptCall): string {
  const place = workspace === undefined ? '' : ` --workspace=${workspace}`;
  if (program === 'bun' && workspace === undefined) return `bun ${name}${rest}`;
  return kind === 'exec' ? `npx${place} ${name}${rest}` : `npm run${place} ${name}${rest && ` --${rest}`}`;
}

function isWrapped(line: string): boolean {
  return isByManager(line.split(/&&|;/).at(-1) ?? '');
}
