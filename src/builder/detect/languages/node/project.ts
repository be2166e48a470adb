import { posix } from 'node:path';
import { failure } from '../../../../model/failures.ts';
import type { PlanContext } from '../../language.ts';
import type { SourceView } from '../../source-view.ts';
import type { ChosenVersion } from '../../choose-version.ts';
import { managerCommands, type ManagerCommands } from './commands.ts';
import { chooseNode } from './node-version.ts';
import { dependsOn, readPackage, scriptOf, type PackageJson } from './package-json.ts';
import { choosePackageManager, workspacePatterns, type PackageManager } from './choose-installer.ts';

/** A source with a package.json, as far as it is known without an idea of what it serves. */
export interface Project {
  readonly source: SourceView;
  readonly root: PackageJson;
  readonly workspaces: readonly PackageJson[];
  readonly manager: PackageManager;
  readonly commands: ManagerCommands;
  readonly node: ChosenVersion;
}

/** More workspaces than this would make an image of too many layers, a COPY each. */
const mostManifests = 60;

/** Throws E_BUILD_PLAN for a source without a package.json, or with one that cannot be built. */
export function readProject(context: PlanContext): Project {
  const { source } = context;
  const root = readPackage(source);
  if (!root)
    throw failure('E_BUILD_PLAN', 'package.json is not there', {
      hint: 'make one: npm init -y, and commit it',
    });
  const manager = choosePackageManager(source, root);
  return {
    source,
    root,
    workspaces: workspacesOf(source, workspacePatterns(source, root, manager.name)),
    manager,
    commands: managerCommands[manager.name],
    node: chooseNode(context, root),
  };
}

function workspacesOf(source: SourceView, patterns: readonly string[]): readonly PackageJson[] {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(cleaned);
  const left = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => cleaned(pattern.slice(1)));
  if (wanted.length === 0) return [];
  const matches = (folder: string) => (pattern: string) => posix.matchesGlob(folder, pattern);
  return source.paths
    .filter((path) => path.endsWith('/package.json'))
    .map((path) => posix.dirname(path))
    .filter((folder) => wanted.some(matches(folder)) && !left.some(matches(folder)))
    .map(checkedFolder)
    .flatMap((folder) => readPackage(source, folder) ?? []);
}

/** Its name becomes part of commands and of mounts. */
function checkedFolder(folder: string): string {
  if (/^[\w./@+-]+$/.test(folder)) return folder;
  throw failure('E_BUILD_PLAN', `The workspace ${JSON.stringify(folder)} has a name that cannot be built`, {
    hint: 'letters, digits, and . _ - @ + / are taken: rename the folder with git mv',
  });
}

function cleaned(pattern: string): string {
  return posix.normalize(pattern).replace(/\/$/, '');
}

/** All manifests: that at the top, and those of the workspaces. */
export function packagesOf({ root, workspaces }: Project): readonly PackageJson[] {
  return [root, ...workspaces];
}

/** Whether any part of it depends on one of these packages. */
export function uses(project: Project, names: readonly string[]): boolean {
  return packagesOf(project).some((each) => names.some((name) => dependsOn(each, name)));
}

/** Whether there is anything to install. */
export function hasDependencies(project: Project): boolean {
  return packagesOf(project).some(
    ({ dependencies, devDependencies }) =>
      Object.keys(dependencies).length + Object.keys(devDependencies).length > 0,
  );
}

/** Scripts that a package manager runs while it installs, the calls of husky left out: it is switched off. */
export function lifecycleScripts(project: Project): readonly string[] {
  return packagesOf(project)
    .flatMap((each) =>
      ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => scriptOf(each, name)),
    )
    .filter((script) => script !== undefined);
}

/** Scripts of scaffolds that make nothing which the build does not make itself; they do without the source. */
const dispensable = /^(husky( install)?( \|\| true)?|svelte-kit sync \|\| (true|echo ''))$/;

/** Why manifests are not enough to install by, so that the whole source comes first; undefined: they are. */
export function needsWholeSource(project: Project): string | undefined {
  const packages = packagesOf(project);
  const scripts = lifecycleScripts(project).filter((script) => !dispensable.test(script));
  if (scriptOf(project.root, 'heroku-prebuild') !== undefined)
    return 'the script heroku-prebuild runs before';
  if (scripts.length > 0) return 'a script runs while it installs';
  const versions = packages.flatMap(({ dependencies, devDependencies }) =>
    Object.values({ ...devDependencies, ...dependencies }),
  );
  if (versions.some((version) => /^(file|link|portal):|^\.{0,2}\//.test(version)))
    return 'a dependency is a folder of the source';
  if (project.workspaces.some(({ hasBin }) => hasBin)) return 'a workspace brings commands to the others';
  return project.workspaces.length > mostManifests ? 'there are many workspaces' : undefined;
}
