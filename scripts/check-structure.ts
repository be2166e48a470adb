import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

/*
 * The rules of the house that a linter does not know: which folder may import which, how files are called, what must
 * have a docstring. Names each offence with its place and exits with 1.
 */

export interface SourceFile {
  /** From the top of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Folder of src -> the folders that it may import, besides itself. Imports point down only (docs/architecture.md). */
const layers: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  tools: ['base'],
  contract: ['model', 'base'],
  store: ['model', 'base'],
  engine: ['tools', 'model', 'base'],
  builder: ['tools', 'model', 'base'],
  router: ['tools', 'model', 'base'],
  acme: ['tools', 'model', 'base'],
  service: ['tools', 'model', 'base'],
  backup: ['tools', 'model', 'base'],
  ops: ['contract', 'store', 'engine', 'builder', 'router', 'acme', 'service', 'backup', 'model', 'base'],
  daemon: [
    'ops',
    'contract',
    'store',
    'engine',
    'builder',
    'router',
    'acme',
    'service',
    'backup',
    'tools',
    'model',
    'base',
  ],
  client: ['contract', 'model', 'base'],
  cli: ['client', 'contract', 'model', 'base'],
  ssh: ['client', 'contract', 'tools', 'model', 'base'],
};

/** Folders with drivers: ops knows the interface file only, which is called like its folder. */
const drivers = ['store', 'engine', 'builder', 'router', 'acme', 'service', 'backup'];

/** Everything that is wrong, one line an offence: `src/a/b.ts: what`. Pure. */
export function structureProblems(files: readonly SourceFile[]): string[] {
  const sources = files.filter((file) => file.path.startsWith('src/') && file.path.endsWith('.ts'));
  return [
    ...files.flatMap((file) => nameProblems(file.path)),
    ...sources.flatMap((file) => importsOf(file).flatMap((found) => importProblems(file.path, found))),
    ...docstringProblems(sources),
  ].sort();
}

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const emptyWord = /(^|-)(manager|helper|util)s?(?=[.-]|$)/;

function nameProblems(path: string): string[] {
  const name = basename(path);
  if (!/\.(ts|sh)$/.test(name)) return [];
  if (!kebabCase.test(name)) return [`${path}: the file name is not kebab-case`];
  const word = emptyWord.exec(name)?.[2];
  return word === undefined ? [] : [`${path}: "${word}" says nothing; name the file for its one concept`];
}

interface Import {
  /** As written: `../model/app.ts`, `node:fs`. */
  readonly from: string;
  /** The names in braces, as the other file calls them. */
  readonly names: readonly string[];
}

const statement = /^[ \t]*(?:import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const bare = /^[ \t]*import\s*['"]([^'"]+)['"]/gm;
const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g;

function importsOf(file: SourceFile): Import[] {
  const code = file.text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^[ \t]*\/\/.*$/gm, '');
  return [
    ...[...code.matchAll(statement)].map(([, clause = '', from = '']) => ({ from, names: namesIn(clause) })),
    ...[...code.matchAll(bare), ...code.matchAll(dynamic)].map(([, from = '']) => ({ from, names: [] })),
  ];
}

function namesIn(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  return braces
    .split(',')
    .map((part) =>
      part
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s+.*$/, ''),
    )
    .filter((name) => name !== '');
}

function importProblems(path: string, { from }: Import): string[] {
  if (/^(node:)?child_process$/.test(from)) return childProcessProblems(path);
  if (!from.startsWith('.') || isTest(path)) return [];
  const target = resolved(path, from);
  const [importer, imported] = [layerOf(path), layerOf(target)];
  if (layers[importer] === undefined) return [`${path}: src/${importer} is not in the table of layers`];
  if (importer === imported) return [];
  if (!layers[importer].includes(imported))
    return [`${path}: ${importer} may not import ${imported} (${target})`];
  return finePrint(path, target);
}

function childProcessProblems(path: string): string[] {
  if (path === 'src/base/exec.ts' || isTest(path)) return [];
  return [`${path}: only src/base/exec.ts may import child_process`];
}

/** What the table of folders is too coarse for. */
function finePrint(path: string, target: string): string[] {
  const [importer, imported] = [layerOf(path), layerOf(target)];
  if (importer === 'ops' && drivers.includes(imported) && target !== `src/${imported}/${imported}.ts`) {
    return [`${path}: ops may import src/${imported}/${imported}.ts only (${target})`];
  }
  if (importer === 'ssh' && imported === 'tools' && target !== 'src/tools/git.ts') {
    return [`${path}: ssh may import src/tools/git.ts only (${target})`];
  }
  return [];
}

function docstringProblems(sources: readonly SourceFile[]): string[] {
  const wanted = importedAcrossFolders(sources);
  return sources.flatMap((file) =>
    undocumentedFunctions(file)
      .filter((name) => wanted.has(`${file.path} ${name}`))
      .map((name) => `${file.path}: ${name} is used by other folders and has no docstring`),
  );
}

function importedAcrossFolders(sources: readonly SourceFile[]): Set<string> {
  const wanted = new Set<string>();
  for (const file of sources.filter(({ path }) => !isTest(path))) {
    for (const { from, names } of importsOf(file).filter((found) => found.from.startsWith('.'))) {
      const target = resolved(file.path, from);
      if (layerOf(target) === layerOf(file.path)) continue;
      for (const name of names) wanted.add(`${target} ${name}`);
    }
  }
  return wanted;
}

const exportedFunction =
  /^export (?:async )?function\*? (\w+)|^export const (\w+)(?:: [^=]+)? = (?:async )?(?:\(.*=>|function\b)/;

function undocumentedFunctions(file: SourceFile): string[] {
  const lines = file.text.split('\n');
  return lines.flatMap((line, at) => {
    const match = exportedFunction.exec(line);
    const name = match?.[1] ?? match?.[2];
    if (name === undefined || isOverload(lines, at, name)) return [];
    return lines[at - 1]?.trimEnd().endsWith('*/') ? [] : [name];
  });
}

/** The docstring stands at the first of several signatures. */
function isOverload(lines: readonly string[], at: number, name: string): boolean {
  return lines[at - 1]?.startsWith(`export function ${name}`) === true;
}

function resolved(path: string, from: string): string {
  return posix.join(dirname(path), from);
}

function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function isTest(path: string): boolean {
  return /\.(test|contract|fixture)\.ts$/.test(path);
}

async function readSources(top: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const entry of glob('{src,scripts,test,bench,examples}/**/*', {
    cwd: top,
    withFileTypes: true,
    exclude: (entry) => entry.name === 'node_modules',
  })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({ path: path.slice(top.length + 1), text: readFileSync(path, 'utf8') });
  }
  return files;
}

if (import.meta.main) {
  const problems = structureProblems(await readSources(join(import.meta.dirname, '..')));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
