import { posix } from 'node:path';
import type { SourceView } from '../../source-view.ts';

/** The object of a source that answers requests, as servers are told of it. */
export interface WebObject {
  readonly framework: string;
  /** Which protocol of Python's it speaks. */
  readonly kind: 'wsgi' | 'asgi';
  /** `shop.main:app`; of a factory the function. */
  readonly name: string;
  /** It is made by calling a function. */
  readonly factory: boolean;
  readonly path: string;
}

/** Class -> the protocol that its objects speak. */
const classes: Readonly<Record<string, WebObject['kind']>> = {
  Flask: 'wsgi',
  FastAPI: 'asgi',
  Starlette: 'asgi',
  Quart: 'asgi',
  Litestar: 'asgi',
};

const anyClass = Object.keys(classes).join('|');
const assigned = new RegExp(String.raw`^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:\w+\.)?(${anyClass})\(`, 'm');
const called = new RegExp(String.raw`\b(${anyClass})\(`);
const factory = /^def (create_app|make_app|build_app)\(/m;
/** In a file that is there for the server alone: taken from elsewhere, or made by a call of its own. */
const handedOn = /^(?:from\s[^\n]*\bimport\b[^\n]*\b(application|app)\b|(application|app)\s*=)/m;

/** Files that are there for the server alone. */
const forServers = ['wsgi.py', 'asgi.py'];

/** Names of files that such an object is looked for in, the likeliest first. */
const likely = [
  'main.py',
  'app.py',
  'application.py',
  'server.py',
  'api.py',
  'run.py',
  'start.py',
  'hello.py',
  'index.py',
  'bot.py',
  '__init__.py',
];

/** Folders whose Python is not the app's. */
const notTheApp = /^(\.|tests?\/|docs?\/|examples?\/|scripts\/|(\.?venv|env)\/)/;

/** At the top, in a package, or in a package below `src`. */
export function webObject(source: SourceView): WebObject | undefined {
  const files = candidates(source);
  const ready = first(files, (path) => assignedIn(source, path));
  const made = ready ?? first(files, (path) => factoryIn(source, path));
  const server = made && first(serverFiles(source), (path) => handedOnIn(source, path, made));
  return server ?? made;
}

function first<T, R>(items: readonly T[], found: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = found(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** The name that Python imports a file by, from the top or from `src`, which are both on its path. */
export function moduleOf(path: string): string {
  const relative = path.replace(/^src\/(?=.+\/)/, '').replace(/\.py$/, '');
  return relative.replace(/\/__init__$/, '').replaceAll('/', '.');
}

function candidates(source: SourceView): readonly string[] {
  const names = [...forServers, ...likely];
  const rank = (path: string) => names.indexOf(posix.basename(path));
  const near = source.paths.filter((path) => rank(path) >= 0 && depth(path) <= 2 && isOwn(path));
  return near.toSorted((a, b) => depth(a) - depth(b) || rank(a) - rank(b));
}

function serverFiles(source: SourceView): readonly string[] {
  return forServers.filter((path) => source.has(path));
}

/** Folders above the file, `src` not counted. */
function depth(path: string): number {
  return path.replace(/^src\//, '').split('/').length;
}

/** A name that could be no module would only make a command that fails, or another one. */
function isOwn(path: string): boolean {
  return !notTheApp.test(path) && /^[\w/]+\.py$/.test(path);
}

function assignedIn(source: SourceView, path: string): WebObject | undefined {
  const [, variable, framework] = assigned.exec(source.text(path) ?? '') ?? [];
  if (variable === undefined || framework === undefined) return undefined;
  return objectOf(path, variable, framework);
}

function factoryIn(source: SourceView, path: string): WebObject | undefined {
  const text = source.text(path) ?? '';
  const name = factory.exec(text)?.[1];
  const framework = called.exec(text)?.[1];
  if (name === undefined || framework === undefined) return undefined;
  return { ...objectOf(path, name, framework), factory: true };
}

function handedOnIn(source: SourceView, path: string, { framework }: WebObject): WebObject | undefined {
  const [, imported, own] = handedOn.exec(source.text(path) ?? '') ?? [];
  const variable = imported ?? own;
  return variable === undefined ? undefined : objectOf(path, variable, framework);
}

function objectOf(path: string, variable: string, framework: string): WebObject {
  const kind = classes[framework] ?? 'wsgi';
  return { framework, kind, name: `${moduleOf(path)}:${variable}`, factory: false, path };
}
