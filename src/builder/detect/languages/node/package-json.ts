import { readJson, recordAt, textAt, type Manifest } from '../../manifest.ts';
import type { SourceView } from '../../source-view.ts';

/** What is looked at of a package.json. */
export interface PackageJson {
  /** Folder that it is in; empty: the top. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly main: string | undefined;
  readonly packageManager: string | undefined;
  readonly scripts: Texts;
  readonly engines: Texts;
  readonly dependencies: Texts;
  readonly devDependencies: Texts;
  /** Commands that it brings to those who depend on it. */
  readonly hasBin: boolean;
  /** Patterns of the folders with its workspaces. */
  readonly workspaces: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

/** Undefined where there is none in the folder. Throws E_BUILD_PLAN for one that cannot be read. */
export function readPackage(source: SourceView, folder = ''): PackageJson | undefined {
  const manifest = readJson(source, folder === '' ? 'package.json' : `${folder}/package.json`);
  if (!manifest) return undefined;
  return {
    folder,
    name: textAt(manifest, 'name'),
    main: textAt(manifest, 'main'),
    packageManager: textAt(manifest, 'packageManager'),
    scripts: textsOf(manifest, 'scripts'),
    engines: textsOf(manifest, 'engines'),
    dependencies: { ...textsOf(manifest, 'optionalDependencies'), ...textsOf(manifest, 'dependencies') },
    devDependencies: textsOf(manifest, 'devDependencies'),
    hasBin: manifest['bin'] !== undefined,
    workspaces: workspacesOf(manifest),
  };
}

/** Whether it depends on a package, also for its build only. */
export function dependsOn({ dependencies, devDependencies }: PackageJson, name: string): boolean {
  return Object.hasOwn(dependencies, name) || Object.hasOwn(devDependencies, name);
}

/** A script that is there and not empty. */
export function scriptOf({ scripts }: PackageJson, name: string): string | undefined {
  const script = Object.hasOwn(scripts, name) ? scripts[name]?.trim() : undefined;
  return script === '' ? undefined : script;
}

function textsOf(manifest: Manifest, key: string): Texts {
  const entries = Object.entries(recordAt(manifest, key));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function workspacesOf(manifest: Manifest): readonly string[] {
  const found = manifest['workspaces'];
  const list: unknown = Array.isArray(found) ? found : recordAt(manifest, 'workspaces')['packages'];
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}
