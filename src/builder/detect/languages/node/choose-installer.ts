import { failure } from '../../../../model/failures.ts';
import { recordAt, readYaml } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';
import type { PackageJson } from './package-json.ts';

/** `berry` is yarn from version 2 on, which has nothing but the name of yarn 1. */
export type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'berry' | 'bun';

export interface PackageManager {
  readonly name: ManagerName;
  /** A version or the beginning of one: `9`, `4.9.1`; undefined: that which Node's image has. */
  readonly version: string | undefined;
  /** Its lock file, where there is one. */
  readonly lock: string | undefined;
  /** `pnpm 9, as pnpm-lock.yaml says` */
  readonly reason: string;
}

/** Lock file -> who writes it. */
const locks: Readonly<Record<string, 'npm' | 'pnpm' | 'yarn' | 'bun'>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/**
 * Which program installs: the one that package.json names, else that of the lock file, else that of `engines`, else npm.
 * Throws E_BUILD_PLAN where two contradict each other.
 */
export function choosePackageManager(source: SourceView, root: PackageJson): PackageManager {
  const lock = onlyLock(source);
  const named = namedManager(root);
  if (named && lock !== undefined && locks[lock] !== family(named.name))
    throw failure(
      'E_BUILD_PLAN',
      `package.json says packageManager ${root.packageManager}, but there is ${lock}, which is of ${locks[lock]}`,
      { hint: `remove the one that is not used: git rm ${lock}, or the key packageManager` },
    );
  if (named) return { ...named, lock, reason: `${told(named)}, as packageManager in package.json says` };
  const found = lock === undefined ? ofEngines(source, root) : ofLock(source, root, lock);
  const from = lock === undefined ? 'as nothing asks for another' : `as ${lock} says`;
  return { reason: `${told(found)}, ${from}`, ...found, lock };
}

type Found = Pick<PackageManager, 'name' | 'version'> & { readonly reason?: string };

/** Throws where there are two: which one is right, only people know. */
function onlyLock(source: SourceView): string | undefined {
  const [first, ...more] = Object.keys(locks).filter((name) => source.has(name));
  const other = more.find((name) => !(first === 'bun.lock' && name === 'bun.lockb'));
  if (first === undefined || other === undefined) return first;
  throw failure('E_BUILD_PLAN', `There are two lock files, ${first} and ${other}`, {
    hint: `keep the one of the program that you install with, and remove the other: git rm ${other}`,
  });
}

function namedManager({ packageManager }: PackageJson): Found | undefined {
  if (packageManager === undefined) return undefined;
  const found = /^(npm|pnpm|yarn|bun)@(\d[\w.-]*)(\+[\w.]+)?$/.exec(packageManager);
  if (!found)
    throw failure(
      'E_BUILD_PLAN',
      `package.json: packageManager is ${JSON.stringify(packageManager.slice(0, 60))}, which is none`,
      { hint: 'such as pnpm@9.15.9, with npm, pnpm, yarn or bun and a whole version' },
    );
  const [, name = '', version = ''] = found;
  const isBerry = name === 'yarn' && !version.startsWith('1.');
  return { name: isBerry ? 'berry' : (name as 'npm' | 'pnpm' | 'yarn' | 'bun'), version };
}

function ofLock(source: SourceView, root: PackageJson, lock: string): Found {
  if (locks[lock] === 'pnpm') return { name: 'pnpm', version: pnpmVersion(source, root) };
  if (locks[lock] === 'yarn') return yarnOf(source);
  return locks[lock] === 'bun' ? { name: 'bun', version: '1' } : { name: 'npm', version: undefined };
}

function ofEngines(source: SourceView, { engines }: PackageJson): Found {
  const reason = (name: string) => `${name}, as engines in package.json says`;
  if (engines['pnpm'] !== undefined)
    return { name: 'pnpm', version: majorOf(engines['pnpm']) ?? '10', reason: reason('pnpm') };
  if (engines['bun'] !== undefined) return { name: 'bun', version: '1', reason: reason('bun') };
  if (engines['yarn'] !== undefined || source.has('.yarnrc.yml'))
    return { ...yarnOf(source), reason: 'yarn, as engines or .yarnrc.yml says' };
  return { name: 'npm', version: undefined };
}

/** The newest pnpm that writes locks of this version; `engines.pnpm` wins. */
function pnpmVersion(source: SourceView, { engines }: PackageJson): string {
  const wished = majorOf(engines['pnpm'] ?? '');
  if (wished !== undefined) return wished;
  const lock = source.text('pnpm-lock.yaml') ?? '';
  const format = Number(/^lockfileVersion:\s*['"]?(\d+(\.\d+)?)/m.exec(lock)?.[1] ?? '9.0');
  if (format < 5.4) return '6';
  if (format < 6) return '7';
  return format < 9 ? '8' : pnpmOfSettings(source);
}

/** 9 and 10 write the same; 9 wants the key `packages` in its file of workspaces, which 10 uses for settings too. */
function pnpmOfSettings(source: SourceView): string {
  const workspace = readYaml(source, 'pnpm-workspace.yaml');
  return workspace === undefined || workspace['packages'] !== undefined ? '9' : '10';
}

function yarnOf(source: SourceView): Found {
  const release = source.paths.map(
    (path) => /^\.yarn\/releases\/yarn-(\d+\.\d+\.\d+)\.c?js$/.exec(path)?.[1],
  );
  const version = release.find((each) => each !== undefined);
  const lock = source.text('yarn.lock') ?? '';
  const format = /^__metadata:\n\s+version: (\d+)/m.exec(lock.replaceAll('\r', ''))?.[1];
  if (version !== undefined && !version.startsWith('1.')) return { name: 'berry', version };
  if (format !== undefined) return { name: 'berry', version: berryOf(Number(format)) };
  return source.has('.yarnrc.yml') && lock === ''
    ? { name: 'berry', version: '4' }
    : { name: 'yarn', version: '1' };
}

/** The yarn that writes locks of this format without changing them. */
function berryOf(format: number): string {
  if (format < 5) return '2';
  if (format < 7) return '3';
  return format < 10 ? '4.9' : '4';
}

function majorOf(range: string): string | undefined {
  return /\d+/.exec(range)?.[0];
}

function family(name: ManagerName): 'npm' | 'pnpm' | 'yarn' | 'bun' {
  return name === 'berry' ? 'yarn' : name;
}

function told({ name, version }: Found): string {
  return version === undefined ? family(name) : `${family(name)} ${version}`;
}

/** Patterns of the folders with workspaces, as the chosen program reads them. */
export function workspacePatterns(
  source: SourceView,
  root: PackageJson,
  name: ManagerName,
): readonly string[] {
  if (name !== 'pnpm') return root.workspaces;
  const found = recordAt({ yaml: readYaml(source, 'pnpm-workspace.yaml') }, 'yaml')['packages'];
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
}
