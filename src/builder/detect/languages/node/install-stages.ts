import { appFolder, copy, run, type CopyStep, type RunStep, type Stage } from '../../plan.ts';
import { withPackages } from '../../system-packages.ts';
import { systemPackages } from './native-packages.ts';
import { hasDependencies, needsWholeSource, type Project } from './project.ts';
import { scriptOf } from './package-json.ts';

/** Files at the top that decide what is installed, besides the manifest and the lock. */
const installFiles = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pnpm-workspace.yaml',
  '.pnpmfile.cjs',
  '.pnpmfile.mjs',
  'bunfig.toml',
];

/** Folders that decide as well: yarn's plugins, patches of packages, the schema that a client is generated from. */
const installFolders = ['.yarn', 'patches', 'prisma'];

/** What is wished in place of what is inferred. */
export interface InstallWishes {
  readonly install: string | null;
  /** Packages of the distribution. */
  readonly packages: readonly string[];
}

/** Node with the package manager, and what native packages are compiled with. */
export function toolsStage(project: Project, { packages }: InstallWishes, name = 'tools'): Stage {
  const { commands, manager, node } = project;
  const setup = hasDependencies(project) ? commands.setup(manager.version) : undefined;
  return {
    name,
    from: node.image,
    env: {
      CI: 'true',
      HUSKY: '0',
      NODE_ENV: 'production',
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      PATH: `${appFolder}/node_modules/.bin:$PATH`,
      ...commands.env,
    },
    steps: [
      ...withPackages([...new Set([...systemPackages(project).build, ...packages])]),
      ...(setup === undefined
        ? []
        : [run(setup, { config: 'install', title: `install ${commands.program}` })]),
    ],
  };
}

/** The steps that install all that package.json asks for, in a layer that a change of the code leaves as it is. */
export function installSteps(
  project: Project,
  { install }: InstallWishes,
  { dev }: { readonly dev: boolean },
): readonly (CopyStep | RunStep)[] {
  if (install === null && !hasDependencies(project)) return [];
  const whole = install !== null || needsWholeSource(project) !== undefined;
  const { commands, manager, root } = project;
  const prebuild = scriptOf(root, 'heroku-prebuild');
  const inferred = commands.install({ locked: manager.lock !== undefined, dev });
  const lines = [
    ...(prebuild === undefined ? [] : [`${commands.program} run heroku-prebuild`]),
    install ?? inferred,
    // A folder of its own also where there was nothing to put into it: the build looks for it.
    `mkdir -p ${moduleFolders(project).join(' ')}`,
  ];
  const files = whole ? [copy(['.'], appFolder)] : manifestCopies(project);
  const title = install ?? /\w+ (?:ci|install)\b/.exec(inferred)?.[0] ?? inferred;
  return [...files, run(lines.join(' && '), { title, caches: [commands.cache], config: 'install' })];
}

/** Where packages may end up. */
export function moduleFolders({ workspaces }: Project): readonly string[] {
  return ['', ...workspaces.map(({ folder }) => `/${folder}`)].map(
    (folder) => `${appFolder}${folder}/node_modules`,
  );
}

/** COPY knows no paths below a target: a step for each folder. */
function manifestCopies({ source, workspaces, manager }: Project): readonly CopyStep[] {
  const { lock } = manager;
  const files = ['package.json', ...(lock === undefined ? [] : [lock]), ...installFiles];
  return [
    copy(
      files.filter((path) => source.has(path)),
      appFolder,
    ),
    ...installFolders
      .filter((folder) => source.paths.some((path) => path.startsWith(`${folder}/`)))
      .map((folder) => copy([folder], `${appFolder}/${folder}`)),
    ...workspaces.map(({ folder }) => copy([`${folder}/package.json`], `${appFolder}/${folder}`)),
  ];
}
