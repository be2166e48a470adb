import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import { pathPattern } from '../../../path-pattern.ts';
import { isRecord, readToml, recordAt, textAt, textsAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';

/** What the files of cargo say. */
export interface Cargo {
  /** Cargo.toml at the top. */
  readonly top: Manifest;
  /** Programs that `cargo build` makes there. */
  readonly programs: readonly string[];
  /** That which the package at the top is about, among several. */
  readonly first: string | undefined;
  /** Names of all crates that are needed, by Cargo.lock; none without it. */
  readonly crates: ReadonlySet<string>;
  /** Names of crates that the packages themselves name. */
  readonly named: ReadonlySet<string>;
}

interface Package {
  /** In the source; `.` is its top. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Throws E_BUILD_PLAN where a Cargo.toml is missing or cannot be read. */
export function readCargo(source: SourceView): Cargo {
  const top = manifestIn(source, '.');
  const packages = builtPackages(source, top);
  const programs = packages.flatMap((each) => programsOf(source, each)).filter(isProgramName);
  const own = textAt(top, 'package', 'default-run') ?? textAt(top, 'package', 'name');
  return {
    top,
    programs,
    first: programs.find((name) => name === own),
    crates: new Set(
      Array.from((source.text('Cargo.lock') ?? '').matchAll(/^name = "([^"]+)"$/gm), ([, name = '']) => name),
    ),
    named: new Set(packages.flatMap(({ manifest }) => Object.keys(recordAt(manifest, 'dependencies')))),
  };
}

/** As cargo allows them; it complains itself of others. */
function isProgramName(name: string): boolean {
  return /^[\w-]+$/.test(name);
}

function manifestIn(source: SourceView, folder: string): Manifest {
  const path = posix.join(folder, 'Cargo.toml');
  const manifest = readToml(source, path);
  if (manifest !== undefined) return manifest;
  throw failure('E_BUILD_PLAN', `There is no ${path}, which names the package and what it needs`, {
    hint: 'make one: cargo init, and commit it with Cargo.lock',
  });
}

/** As cargo chooses them: the package at the top alone where there is one, unless the workspace names others. */
function builtPackages(source: SourceView, top: Manifest): readonly Package[] {
  const named = textsAt(top, 'workspace', 'default-members');
  if (isRecord(top['package']) && named.length === 0) return [{ folder: '.', manifest: top }];
  const members = named.length > 0 ? named : textsAt(top, 'workspace', 'members');
  const left = textsAt(top, 'workspace', 'exclude').map((path) => posix.join(path, '.'));
  const folders = members.flatMap((member) => foldersOf(source, posix.join(member, '.')));
  return [...new Set(folders)]
    .filter((folder) => !left.includes(folder))
    .map((folder) => ({ folder, manifest: manifestIn(source, folder) }));
}

/** The folders that a member such as `crates/*` means; one without a pattern means itself. */
function foldersOf(source: SourceView, member: string): readonly string[] {
  if (!/[*?[]/.test(member)) return [member];
  const fits = pathPattern(`${member}/Cargo.toml`) ?? (() => false);
  return source.paths
    .filter((path) => posix.basename(path) === 'Cargo.toml' && fits(path))
    .map((path) => posix.dirname(path));
}

/** Those that the manifest names, and those that cargo finds by the names of files. */
function programsOf(source: SourceView, { folder, manifest }: Package): readonly string[] {
  const bins = Array.isArray(manifest['bin']) ? manifest['bin'].filter(isRecord) : [];
  const names = bins.flatMap((bin) => textAt(bin, 'name') ?? []);
  const paths = bins.flatMap((bin) => textAt(bin, 'path') ?? []);
  if (manifestSays(manifest, 'autobins', false)) return names;
  const found = source.paths
    .filter((path) => folder === '.' || path.startsWith(`${folder}/`))
    .map((path) => posix.relative(folder, path))
    .filter((path) => !paths.includes(path))
    .flatMap((path) => programIn(path, textAt(manifest, 'package', 'name') ?? ''));
  return [...new Set([...names, ...found])];
}

function manifestSays(manifest: Manifest, key: string, value: boolean): boolean {
  return recordAt(manifest, 'package')[key] === value;
}

function programIn(path: string, name: string): readonly string[] {
  if (path === 'src/main.rs') return [name];
  const own = /^src\/bin\/([^/]+?)(\.rs|\/main\.rs)$/.exec(path)?.[1];
  return own === undefined ? [] : [own];
}
