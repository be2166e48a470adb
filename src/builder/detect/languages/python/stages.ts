import { posix } from 'node:path';
import { quoteShellWord } from '../../../../model/shell-words.ts';
import { finish } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import {
  appFolder,
  copy,
  run,
  type BuildPlan,
  type CacheMount,
  type CopyStep,
  type RunStep,
  type Stage,
} from '../../plan.ts';
import { withPackages } from '../../system-packages.ts';
import { assetStages } from '../node/assets.ts';
import type { Installer } from './installer.ts';
import { nativePackages } from './native-packages.ts';

/** What the stages are made of. */
export interface Building {
  readonly context: PlanContext;
  readonly image: string;
  readonly installer: Installer;
  /** The package of a server that is installed besides. */
  readonly server: string | undefined;
  /** The line that builds, where there is anything to build. */
  readonly build: string | undefined;
  readonly start: string | null;
  /** For the app while it runs. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where the dependencies are, in every stage: their programs name it. */
const venv = '/opt/venv';
/** The program that installs, where it is not pip, with dependencies of its own. */
const tool = '/opt/tool';

const venvEnv = { PATH: `${venv}/bin:$PATH`, VIRTUAL_ENV: venv };

const pipCache = { target: '/root/.cache/pip' };

/** Dependencies first, beside the code; then what is built of it; then both together, without what built them. */
export function pythonStages(building: Building): Pick<BuildPlan, 'stages' | 'start'> {
  const { context, start } = building;
  const assets = assetStages(context);
  const before = [depsStage(building), ...assets];
  const pieces = [building.build, building.installer.project, assets[0], context.wishes.static ?? undefined];
  if (pieces.every((piece) => piece === undefined))
    return { stages: [...before, runtimeStage(building, ownCode)], start };
  const build = buildStage(building, assets.at(-1));
  const { stages, start: started } = finish(context.wishes, {
    build,
    runtime: runtimeStage(building, copy([appFolder], appFolder, { from: build.name, owned: true })),
    start,
  });
  return { stages: [...before, ...stages], start: started };
}

const ownCode = copy(['.'], appFolder, { owned: true });

function depsStage({ context, image, installer, server }: Building): Stage {
  const { wishes } = context;
  const { build } = nativePackages(installer.names);
  const packages = [...build, ...(installer.git ? ['ca-certificates', 'git'] : []), ...wishes.packages.build];
  return {
    name: 'deps',
    from: image,
    env: {
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      PIP_PROGRESS_BAR: 'off',
      ...installer.env,
      ...venvEnv,
      ...(installer.tool === undefined ? {} : { PATH: `${venv}/bin:${tool}/bin:$PATH` }),
    },
    steps: [
      ...withPackages([...new Set(packages)]),
      run(`python -m venv ${venv}`),
      ...toolSteps(installer),
      ...installSteps(installer),
      ...(server === undefined
        ? []
        : [run(`pip install ${server}`, { caches: [pipCache], config: 'install' })]),
    ],
  };
}

function toolSteps({ tool: wanted }: Installer): readonly RunStep[] {
  if (wanted === undefined) return [];
  const line = `python -m venv ${tool} && ${tool}/bin/pip install ${quoteShellWord(wanted)}`;
  return [run(line, { caches: [pipCache], config: 'install' })];
}

function installSteps(installer: Installer): readonly (CopyStep | RunStep)[] {
  const { command, local, files } = installer;
  if (command === undefined) return [];
  const copies = local ? [copy(['.'], appFolder)] : byFolder(files);
  return [...copies, run(command, { caches: cachesOf(installer), config: 'install' })];
}

function cachesOf({ cache }: Installer): readonly CacheMount[] {
  return [pipCache, ...(cache === undefined ? [] : [{ target: cache }])];
}

/** COPY knows no paths below a target: a step for each folder. */
function byFolder(files: readonly string[]): readonly CopyStep[] {
  const folders = [...new Set(files.map((path) => posix.dirname(path)))];
  return folders.map((folder) =>
    copy(
      files.filter((path) => posix.dirname(path) === folder),
      posix.join(appFolder, folder),
    ),
  );
}

function buildStage({ build, installer }: Building, assets: Stage | undefined): Stage {
  const code = assets ? copy([appFolder], appFolder, { from: assets.name }) : copy(['.'], appFolder);
  const { project } = installer;
  return {
    name: 'build',
    from: 'deps',
    steps: [
      code,
      ...(project === undefined ? [] : [run(project, { caches: cachesOf(installer), config: 'install' })]),
      ...(build === undefined ? [] : [run(build, { config: 'all' })]),
      ...(assets ? [run('rm -rf node_modules')] : []),
    ],
  };
}

function runtimeStage({ context, image, installer, env }: Building, code: CopyStep): Stage {
  const packages = [...nativePackages(installer.names).run, ...context.wishes.packages.run];
  return {
    name: 'runtime',
    from: image,
    env: {
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONFAULTHANDLER: '1',
      PYTHONUNBUFFERED: '1',
      ...venvEnv,
      ...env,
    },
    steps: [
      ...withPackages([...new Set(packages)]),
      copy([venv], venv, { from: installer.project === undefined ? 'deps' : 'build' }),
      code,
    ],
  };
}
