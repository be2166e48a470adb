import { chooseVersion, type Runtime } from '../choose-version.ts';
import { finish, wishedVersion } from '../compiled.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { appFolder, copy, run, type PlanWarning, type Stage } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { withPackages } from '../system-packages.ts';
import { toolVersion, versionFile } from '../version-files.ts';
import { readDeno, type DenoProject } from './deno/project.ts';

/** Programs of Deno. One that is a Node project too is one of Deno where its tasks start it. */
export const deno: Language = {
  name: 'deno',
  detects(source) {
    const found = ['deno.json', 'deno.jsonc', 'deno.lock'].find((path) => source.has(path));
    const isNode = source.has('package.json');
    return found !== undefined && (!isNode || readDeno(source).tasks['start'] !== undefined)
      ? found
      : undefined;
  },
  plan,
};

const runtime: Runtime = {
  name: 'Deno',
  standard: '2',
  offers: [{ version: '2', image: 'denoland/deno:2' }],
  setting: 'the file .dvmrc',
};

/** Where what was downloaded is, in every stage. */
const downloads = '/deno-dir';

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes, registry } = context;
  const project = readDeno(source);
  const wish = wishedVersion(wishes) ?? versionFile(source, '.dvmrc') ?? toolVersion(source, ['deno']);
  const { image, ...version } = chooseVersion(runtime, wish, registry);
  const build = buildStage(context, project);
  const deps = depsStage(context, project, image);
  const end = finish(wishes, { build, runtime: runtimeStage(context, image), start: project.start });
  return {
    framework: project.framework,
    reasons: project.entry === undefined ? [] : [`${project.entry} is run`],
    versions: [version],
    stages: [deps, ...end.stages],
    start: end.start,
    warnings: warningsOf(source),
  };
}

function depsStage({ source, wishes }: PlanContext, project: DenoProject, image: string): Stage {
  const files = ['deno.json', 'deno.jsonc', 'deno.lock', 'package.json', '.npmrc'];
  const frozen = source.has('deno.lock') ? ' --frozen' : '';
  return {
    name: 'deps',
    from: image,
    env: { DENO_DIR: downloads, DENO_NO_UPDATE_CHECK: '1' },
    steps: [
      ...withPackages(wishes.packages.build),
      project.isWorkspace
        ? copy(['.'], appFolder)
        : copy(
            files.filter((path) => source.has(path)),
            appFolder,
          ),
      run(wishes.install ?? `deno install${frozen}`, { config: 'install' }),
    ],
  };
}

/** What the code itself names is downloaded too: nothing is when the app starts. */
function buildStage({ wishes }: PlanContext, { entry, tasks }: DenoProject): Stage {
  const build = wishes.build ?? (tasks['build'] === undefined ? undefined : 'deno task build');
  return {
    name: 'build',
    from: 'deps',
    steps: [
      copy(['.'], appFolder),
      ...(build === undefined ? [] : [run(build, { config: 'all' })]),
      ...(entry === undefined ? [] : [run(`deno cache ${entry}`, { config: 'install' })]),
    ],
  };
}

function runtimeStage({ wishes }: PlanContext, image: string): Stage {
  return {
    name: 'runtime',
    from: image,
    env: { DENO_DIR: downloads, DENO_NO_UPDATE_CHECK: '1' },
    steps: [
      ...withPackages(wishes.packages.run),
      copy([downloads], downloads, { from: 'build', owned: true }),
      copy([appFolder], appFolder, { from: 'build', owned: true }),
    ],
  };
}

function warningsOf(source: SourceView): PlanWarning[] {
  if (source.has('deno.lock')) return [];
  return [
    {
      text: 'there is no deno.lock: each build may get other versions of what it needs',
      fix: 'deno install, and commit deno.lock',
    },
  ];
}
