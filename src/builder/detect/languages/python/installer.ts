import { failure } from '../../../../model/failures.ts';
import { quoteShellWord } from '../../../../model/shell-words.ts';
import { readJson, readToml, recordAt, textAt } from '../../manifest.ts';
import type { PlanWarning } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import {
  dependenciesOf,
  fromTable,
  lockedNames,
  projectDependencies,
  projectRequirements,
  type Dependencies,
} from './dependencies.ts';
import { readRequirements } from './requirements-file.ts';

/** How the dependencies of a source are installed. */
export interface Installer extends Dependencies {
  readonly reason: string;
  /** Where one writes a further dependency. */
  readonly manifest: string;
  /** The files that it looks at. */
  readonly files: readonly string[];
  /** What pip is asked for, to have the program that installs; undefined: pip does it. */
  readonly tool?: string;
  /** A line of sh; undefined: there is nothing to install. */
  readonly command?: string;
  /** A folder that it keeps what it downloaded in, besides pip's. */
  readonly cache?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A line of sh that installs the source itself, where it is a package that others than itself start or import. */
  readonly project?: string;
  readonly warnings?: readonly PlanWarning[];
}

/**
 * By the lock file, else by the manifest; `wish` is a command in place of it. Throws E_BUILD_PLAN for locks of two, and
 * for one without its manifest.
 */
export function chooseInstaller(source: SourceView, wish: string | null): Installer {
  const installer = byFiles(source);
  if (wish !== null) return { ...installer, command: wish, local: true };
  const project = installsProject(source, installer);
  return project === undefined ? installer : { ...installer, project };
}

function byFiles(source: SourceView): Installer {
  const locks = Object.keys(locked).filter((file) => source.has(file));
  const [lock, other] = locks;
  if (lock !== undefined && other !== undefined) throw severalLocks(locks);
  if (lock !== undefined) return byLock(source, lock);
  if (source.has('requirements.txt')) return byRequirements(source);
  if (source.has('pyproject.toml')) return byProject(source);
  if (source.has('Pipfile')) return withoutLock(pipenv(source), 'pipenv lock', 'pipenv install');
  return source.has('setup.py') ? setup : nothing;
}

/** Lock file -> the manifest that it belongs to, and who installs by it. */
const locked: Readonly<Record<string, { manifest: string; by: (source: SourceView) => Installer }>> = {
  'uv.lock': { manifest: 'pyproject.toml', by: uv },
  'poetry.lock': { manifest: 'pyproject.toml', by: poetry },
  'pdm.lock': { manifest: 'pyproject.toml', by: pdm },
  'Pipfile.lock': { manifest: 'Pipfile', by: pipenv },
};

function byLock(source: SourceView, lock: string): Installer {
  const { manifest, by } = locked[lock] ?? {};
  if (manifest === undefined || by === undefined) return nothing;
  if (!source.has(manifest))
    throw failure('E_BUILD_PLAN', `${lock} is there, but not the ${manifest} that it belongs to`, {
      hint: `commit ${manifest}, or remove ${lock}: git rm ${lock}`,
    });
  const installer = by(source);
  if (!source.has('requirements.txt')) return installer;
  return { ...installer, reason: `${installer.reason}; requirements.txt is not looked at` };
}

/**
 * Only a source that names programs of its own, or that uv would install: Poetry writes a build system into each
 * pyproject.toml, also where there is nothing that it could build.
 */
function installsProject(source: SourceView, { local, command }: Installer): string | undefined {
  const pyproject = readToml(source, 'pyproject.toml');
  if (pyproject?.['build-system'] === undefined || (local && command?.startsWith('pip'))) return undefined;
  if (source.has('uv.lock')) return 'uv sync --locked --no-dev --no-editable --inexact';
  const scripts = [
    recordAt(pyproject, 'project', 'scripts'),
    recordAt(pyproject, 'tool', 'poetry', 'scripts'),
  ];
  return scripts.some((each) => Object.keys(each).length > 0) ? 'pip install --no-deps .' : undefined;
}

function severalLocks(locks: readonly string[]): Error {
  const last = locks.at(-1) ?? '';
  return failure(
    'E_BUILD_PLAN',
    `${locks.slice(0, -1).join(', ')} and ${last} are of different package managers`,
    {
      hint: `keep the one that you use, and remove the others: git rm ${locks.slice(1).join(' ')}`,
    },
  );
}

function uv(source: SourceView): Installer {
  const pyproject = readToml(source, 'pyproject.toml');
  const asked = textAt(pyproject, 'tool', 'uv', 'required-version') ?? '';
  const version = /^[\w.*,<>=!~ ]+$/.test(asked) ? asked : '';
  const found = dependenciesOf([
    ...projectDependencies(pyproject),
    ...lockedNames(readToml(source, 'uv.lock')),
  ]);
  return {
    ...found,
    // The lock file is that of all members, and is compared with what each of them asks for.
    local: found.local || 'workspace' in recordAt(pyproject, 'tool', 'uv'),
    reason: 'uv, as uv.lock says',
    manifest: 'pyproject.toml',
    files: ['pyproject.toml', 'uv.lock'],
    tool: `uv${/^\d/.test(version) ? `==${version}` : version}`,
    command: 'uv sync --locked --no-dev --no-install-project',
    cache: '/root/.cache/uv',
    env: {
      UV_PROJECT_ENVIRONMENT: '/opt/venv',
      UV_LINK_MODE: 'copy',
      UV_COMPILE_BYTECODE: '1',
      UV_PYTHON_DOWNLOADS: 'never',
      // Whatever .python-version says: the image was chosen by it, and may have another patch.
      UV_PYTHON: '/opt/venv/bin/python',
    },
  };
}

function poetry(source: SourceView): Installer {
  const files = ['pyproject.toml', 'poetry.lock', 'poetry.toml'].filter((file) => source.has(file));
  // A lock file may be too new for an older Poetry; since 1.4 it tells by which it was written.
  const version = /generated by Poetry (\d+)\.(\d+)/.exec(source.text('poetry.lock') ?? '');
  const requirements = [
    ...projectDependencies(readToml(source, 'pyproject.toml')),
    ...lockedNames(readToml(source, 'poetry.lock')),
  ];
  return {
    ...dependenciesOf(requirements),
    reason: 'Poetry, as poetry.lock says',
    manifest: 'pyproject.toml',
    files,
    tool: version ? `poetry~=${version[1]}.${version[2]}` : 'poetry<3',
    command: 'poetry install --only main --no-root --no-interaction',
    cache: '/root/.cache/pypoetry',
  };
}

function pdm(source: SourceView): Installer {
  const requirements = [
    ...projectDependencies(readToml(source, 'pyproject.toml')),
    ...lockedNames(readToml(source, 'pdm.lock')),
  ];
  return {
    ...dependenciesOf(requirements),
    reason: 'PDM, as pdm.lock says',
    manifest: 'pyproject.toml',
    files: ['pyproject.toml', 'pdm.lock'],
    tool: 'pdm',
    command: 'pdm install --check --prod --no-self --no-editable',
    cache: '/root/.cache/pdm',
    env: { PDM_CHECK_UPDATE: 'false' },
  };
}

function pipenv(source: SourceView): Installer {
  const requirements = [
    ...fromTable(recordAt(readToml(source, 'Pipfile'), 'packages')),
    ...fromTable(recordAt(readJson(source, 'Pipfile.lock'), 'default')),
  ];
  return {
    ...dependenciesOf(requirements),
    reason: 'Pipenv, as Pipfile.lock says',
    manifest: 'Pipfile',
    files: ['Pipfile', 'Pipfile.lock'].filter((file) => source.has(file)),
    tool: 'pipenv',
    command: 'pipenv install --deploy --ignore-pipfile',
    cache: '/root/.cache/pipenv',
    env: { PIPENV_VERBOSITY: '-1', PIPENV_NOSPIN: '1' },
  };
}

function byRequirements(source: SourceView): Installer {
  const { files, requirements } = readRequirements(source, 'requirements.txt');
  return {
    ...dependenciesOf(requirements),
    reason: 'pip, as there is requirements.txt',
    manifest: 'requirements.txt',
    files,
    command: 'pip install -r requirements.txt',
    warnings: files.filter((path) => source.text(path)?.includes('\0')).map(wide),
  };
}

function wide(path: string): PlanWarning {
  return {
    text: `${path} is written in UTF-16, as PowerShell does; only pip reads that`,
    fix: `write it as UTF-8: pip freeze | Out-File -Encoding utf8 ${path}`,
  };
}

/** Only the dependencies: a folder with programs is no package, and is none that has to be built. */
function byProject(source: SourceView): Installer {
  const pyproject = readToml(source, 'pyproject.toml');
  const usesPoetry = Object.keys(recordAt(pyproject, 'tool', 'poetry', 'dependencies')).length > 0;
  const listed = projectRequirements(pyproject);
  if (usesPoetry && listed.length === 0) {
    const { command = '', ...installer } = poetry(source);
    return withoutLock({ ...installer, command }, 'poetry lock', command);
  }
  const plain = {
    ...dependenciesOf(projectDependencies(pyproject)),
    reason: 'pip, as pyproject.toml lists dependencies',
    manifest: 'pyproject.toml',
    files: [],
  };
  if (listed.length === 0) return { ...plain, reason: 'pyproject.toml lists no dependencies' };
  return withoutLock(plain, 'uv lock', `pip install ${listed.map(oneLine).map(quoteShellWord).join(' ')}`);
}

/** A line of a Dockerfile has to hold it. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function withoutLock(installer: Installer, lock: string, command: string): Installer {
  return {
    ...installer,
    reason: installer.reason.replace(/as .*\.lock says/, `as there is ${installer.manifest}`),
    command,
    warnings: [
      {
        text: `${installer.manifest} has no lock file beside it: each build may install other versions`,
        fix: `make one, commit it and push again: ${lock}`,
      },
    ],
  };
}

const setup: Installer = {
  names: new Set(),
  local: true,
  git: false,
  reason: 'pip, as there is setup.py',
  manifest: 'setup.py',
  files: [],
  command: 'pip install .',
};

const nothing: Installer = {
  names: new Set(),
  local: false,
  git: false,
  reason: 'there is no list of dependencies',
  manifest: 'requirements.txt',
  files: [],
};
