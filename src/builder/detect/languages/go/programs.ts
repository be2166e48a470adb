import { posix } from 'node:path';
import type { SourceView } from '../../source-view.ts';
import type { GoModules } from './go-modules.ts';

/** A folder with a package main. */
export interface Program {
  /** In the source; `.` is its top. */
  readonly folder: string;
  /** As Go names what it builds: the last part of the path that it is imported by. */
  readonly name: string;
}

/**
 * The programs of a source: what the comment `// +heroku install` names, else those at the top of each module and in its
 * cmd/, else any.
 */
export function programsOf(source: SourceView, modules: GoModules): readonly Program[] {
  const { install } = modules.says.heroku;
  const usual = modules.own.map(({ folder }) => usualWithin(folder));
  const tests = install.length > 0 ? install.map(named) : usual;
  const found = foldersOf(source, (folder) => tests.some((test) => test(folder)));
  const folders = found.length > 0 || install.length > 0 ? found : foldersOf(source, () => true);
  return folders.map((folder) => ({ folder, name: programName(folder, modules) }));
}

type FolderTest = (folder: string) => boolean;

function usualWithin(top: string): FolderTest {
  const commands = posix.join(top, 'cmd');
  return (folder) => folder === top || folder === commands || posix.dirname(folder) === commands;
}

/** In the words of Go: `./cmd/web`, or `./cmd/...` for all below. */
function named(words: string): FolderTest {
  const top = posix.join(words.replace(/\.\.\.$/, ''), '.');
  const deep = words.endsWith('...');
  return (folder) => folder === top || (deep && (top === '.' || folder.startsWith(`${top}/`)));
}

function foldersOf(source: SourceView, test: FolderTest): readonly string[] {
  const files = source.paths.filter((path) => isCode(path) && test(posix.dirname(path)));
  const main = files.filter((path) => isMain(source.text(path) ?? ''));
  return [...new Set(main.map((path) => posix.dirname(path)))];
}

/** Not the tests, and nothing of folders that Go itself passes over. */
function isCode(path: string): boolean {
  return path.endsWith('.go') && !/_test\.go$|(^|\/)([._][^/]*|vendor|testdata)\//.test(path);
}

/** Files that a build passes over are tools that are run by hand. */
function isMain(text: string): boolean {
  return /^package main\b/m.test(text) && !/^\/\/(go:build| \+build) ignore\b/m.test(text);
}

function programName(folder: string, { own }: GoModules): string {
  const owner = own
    .filter((module) => module.folder === '.' || `${folder}/`.startsWith(`${module.folder}/`))
    .at(-1);
  const path = posix.join(owner?.path ?? 'app', posix.relative(owner?.folder ?? '.', folder));
  return posix.basename(path.replace(/\/v\d+$/, ''));
}
