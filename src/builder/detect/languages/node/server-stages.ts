import { appFolder, copy, run, type CopyStep, type RunStep, type Stage } from '../../plan.ts';
import { buildText } from './build-script.ts';
import { installSteps, moduleFolders, type InstallWishes } from './install-stages.ts';
import { scriptOf } from './package-json.ts';
import { hasDependencies, lifecycleScripts, needsWholeSource, type Project } from './project.ts';

/** What a server is made from, before it runs. */
export interface ServerStages {
  readonly stages: readonly Stage[];
  /** What the last stage copies, the packages before the code: a change of the code is then all that is new. */
  readonly copies: readonly CopyStep[];
}

export interface Building {
  readonly project: Project;
  readonly wishes: InstallWishes;
  /** Where package managers and compilers are. */
  readonly tools: Stage;
  /** The step that builds, where there is one. */
  readonly build: RunStep | undefined;
}

/** Scripts that write into node_modules, which a build beside the packages would lose. */
const intoModules = /\bprisma generate\b|\bpatch-package\b/;

const ownCode = copy(['.'], appFolder, { owned: true });

/**
 * What was built is handed on from a folder of its own: for `COPY --from` BuildKit looks through all that is around the
 * folder it copies, which for /app is the whole image (0.2 s a build, measured). Mounts are left behind.
 */
const handOn = `mkdir /built && cp -ax ${appFolder} /built/`;
const builtCode = copy([`/built${appFolder}`], appFolder, { from: 'build', owned: true });

/**
 * Installs, builds, and takes away what only the build needs. Beside each other where that is possible: the packages in
 * one stage, and the build in another that sees them, so that its layer is the code and what was built alone.
 */
export function serverStages(building: Building): ServerStages {
  const { project, wishes, build } = building;
  const isBare = wishes.install === null && !hasDependencies(project);
  if (isBare) return build ? builtOnly(building, build) : { stages: [], copies: [ownCode] };
  const whole = wishes.install !== null || needsWholeSource(project) !== undefined;
  if (whole || writesModules(project)) return inPlace(building, whole);
  return build ? beside(building, build) : installedOnly(building);
}

function writesModules(project: Project): boolean {
  return intoModules.test(buildText(project)) || scriptOf(project.root, 'heroku-cleanup') !== undefined;
}

/** Nothing to install. */
function builtOnly({ tools }: Building, build: RunStep): ServerStages {
  const stage = {
    name: 'build',
    from: tools.name,
    steps: [copy(['.'], appFolder), handingOn(build)],
  };
  return { stages: [tools, stage], copies: [builtCode] };
}

/** Nothing to build. */
function installedOnly({ project, wishes, tools }: Building): ServerStages {
  // A script that runs after an install may need what is for work on the code, even where it is not wanted later.
  const dev = lifecycleScripts(project).length > 0;
  const steps = [...installSteps(project, wishes, { dev }), ...(dev ? pruneSteps(project) : [])];
  return {
    stages: [tools, { name: 'deps', from: tools.name, steps }],
    copies: [moduleCopy(project, 'deps'), ownCode],
  };
}

function beside({ project, wishes, tools }: Building, build: RunStep): ServerStages {
  const binds = moduleFolders(project).map((path) => ({ from: 'deps', path }));
  const steps = [copy(['.'], appFolder), { ...handingOn(build), binds }];
  return {
    stages: [
      tools,
      { name: 'deps', from: tools.name, steps: installSteps(project, wishes, { dev: true }) },
      { name: 'prod', from: 'deps', steps: pruneSteps(project) },
      { name: 'build', from: tools.name, steps },
    ],
    copies: [moduleCopy(project, 'prod'), builtCode],
  };
}

function handingOn(build: RunStep): RunStep {
  return { ...build, title: build.command, command: `${build.command} && ${handOn}` };
}

/** All in one stage, where the packages and the source cannot be kept apart; only their layers are. */
function inPlace({ project, wishes, tools, build }: Building, whole: boolean): ServerStages {
  const cleanup = scriptOf(project.root, 'heroku-cleanup');
  const steps = [
    ...installSteps(project, wishes, { dev: true }),
    ...(whole ? [] : [copy(['.'], appFolder)]),
    ...(build ? [build] : []),
    ...(wishes.install === null ? pruneSteps(project) : []),
    ...(cleanup === undefined ? [] : [run(`${project.commands.program} run heroku-cleanup`)]),
  ];
  return {
    stages: [
      tools,
      { name: 'build', from: tools.name, steps },
      {
        name: 'code',
        from: 'build',
        steps: [run(`rm -rf node_modules && ${handOn}`, { title: 'set the code apart from its packages' })],
      },
    ],
    copies: [
      copy([`${appFolder}/node_modules`], `${appFolder}/node_modules`, { from: 'build' }),
      { ...builtCode, from: 'code' },
    ],
  };
}

/** Those of workspaces are below their folders: there all that was installed comes with the manifests. */
function moduleCopy({ workspaces }: Project, from: string): CopyStep {
  const folder = workspaces.length === 0 ? `${appFolder}/node_modules` : appFolder;
  return copy([folder], folder, { from });
}

function pruneSteps(project: Project): readonly RunStep[] {
  const { commands, manager, workspaces } = project;
  const { version, lock } = manager;
  const prune = commands.prune({ workspaces: workspaces.length > 0, version, locked: lock !== undefined });
  if (prune === undefined) return [];
  const line = `${prune} && mkdir -p ${moduleFolders(project).join(' ')}`;
  const title = 'remove packages that only the build needed';
  return [run(line, { title, caches: [commands.cache], config: 'install' })];
}
