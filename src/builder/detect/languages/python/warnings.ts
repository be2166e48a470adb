import type { PlanWarning } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import type { Installer } from './installer.ts';
import type { Start } from './start.ts';

/** What a plan was made of, as far as it may hurt. */
export interface Planned {
  readonly source: SourceView;
  readonly start: Start;
  readonly installer: Installer;
  /** The package of a server that the dependencies lack. */
  readonly server: string | undefined;
  /** The file that asked for the version of Python. */
  readonly versionFrom: string;
}

export function warningsOf(planned: Planned): PlanWarning[] {
  const { source, installer, versionFrom } = planned;
  return [
    ...(installer.warnings ?? []),
    ...lackedFramework(planned),
    ...lackedServer(planned),
    ...committedVenvs(source).map(venvWarning),
    ...(versionFrom === 'runtime.txt' ? [oldVersionFile] : []),
    ...(isPerhapsNode(source) ? [perhapsNode] : []),
  ];
}

/** Folders of virtual environments that are in the source: of another machine, and of no use here. */
export function committedVenvs(source: SourceView): string[] {
  const folders = source.paths.flatMap(
    (path) => /^([\w.-]+)\/(?:pyvenv\.cfg|bin\/activate|Scripts\/activate)$/.exec(path)?.[1] ?? [],
  );
  return [...new Set(folders)];
}

function lackedFramework({ start: { framework }, installer }: Planned): PlanWarning[] {
  const { names, local, manifest } = installer;
  const name = framework?.toLowerCase() ?? '';
  // What a folder of the source depends on is not known.
  if (framework === null || local || names.has(name)) return [];
  return [{ text: `${framework} is not in ${manifest}`, fix: `add a line ${name}, commit and push again` }];
}

function lackedServer({ server, installer: { manifest } }: Planned): PlanWarning[] {
  if (server === undefined) return [];
  const text = `${server}, which serves the app, is not in ${manifest}: the newest one is installed`;
  return [{ text, fix: 'add it with the version that you want, commit and push again' }];
}

function venvWarning(folder: string): PlanWarning {
  return {
    text: `${folder}/ is committed, a virtual environment of another machine; it is made anew here`,
    fix: `git rm -r --cached ${folder}, and add it to .gitignore`,
  };
}

const oldVersionFile: PlanWarning = {
  text: 'runtime.txt is an old way to ask for a version of Python',
  fix: 'write the number alone into .python-version, and remove it',
};

const perhapsNode: PlanWarning = {
  text: 'there is a package.json too: this is built as an app of Python',
  fix: 'for one of Node write {"build": {"language": "node"}} into app.json',
};

function isPerhapsNode(source: SourceView): boolean {
  const sure = ['pyproject.toml', 'Pipfile', 'setup.py', 'manage.py'];
  return source.has('package.json') && !sure.some((path) => source.has(path));
}
