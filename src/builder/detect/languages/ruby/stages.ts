import { posix } from 'node:path';
import { finish } from '../../compiled.ts';
import type { PlanContext } from '../../language.ts';
import { user } from '../../plan-dockerfile.ts';
import { appFolder, copy, run, type BuildPlan, type CopyStep, type Stage } from '../../plan.ts';
import type { SourceView } from '../../source-view.ts';
import { withPackages } from '../../system-packages.ts';
import { assetStages } from '../node/assets.ts';
import type { Gems } from './gems.ts';
import { nativeGems } from './native-gems.ts';
import { versionFiles } from './ruby-version.ts';
import type { Start } from './start.ts';

/** What the stages are made of. */
export interface Building {
  readonly context: PlanContext;
  readonly image: string;
  readonly gems: Gems;
  /** The line that builds, where there is anything to build. */
  readonly build: string | undefined;
  readonly start: Start;
}

/** What the gem cssbundling-rails would run while Rails builds. */
const styles = 'build:css';

/** Where the official image keeps gems. */
const bundle = '/usr/local/bundle';

/** For every stage: gems are where the build put them, and none of development. */
function bundlerEnv({ locked }: Gems): Readonly<Record<string, string>> {
  return {
    BUNDLE_PATH: bundle,
    BUNDLE_WITHOUT: 'development:test',
    ...(locked ? { BUNDLE_DEPLOYMENT: '1' } : {}),
  };
}

/** Gems first, without the code; then what is built of it; then both together, without a compiler. */
export function rubyStages(building: Building): Pick<BuildPlan, 'stages' | 'start'> {
  const { context, start, build } = building;
  const assets = assetStages(context, [styles]);
  const before = [depsStage(building), ...assets];
  const line = start.line ?? null;
  if (build === undefined && assets.length === 0 && context.wishes.static === null)
    return {
      stages: [...before, runtimeStage(building, copy(['.'], appFolder, { owned: true }))],
      start: line,
    };
  const stage = buildStage(building, assets.at(-1));
  const code = copy([appFolder], appFolder, { from: stage.name, owned: true });
  const end = finish(context.wishes, { build: stage, runtime: runtimeStage(building, code), start: line });
  return { stages: [...before, ...end.stages], start: end.start };
}

function depsStage({ context, image, gems }: Building): Stage {
  const { wishes } = context;
  const install = wishes.install ?? `bundle install${gems.vendored ? ' --local' : ''}`;
  return {
    name: 'deps',
    from: image,
    env: { ...bundlerEnv(gems), BUNDLE_GLOBAL_GEM_CACHE: 'true', BUNDLE_JOBS: '4' },
    steps: [
      ...withPackages([...nativeGems(gems.names).build, ...wishes.packages.build]),
      ...manifests(context.source, gems),
      run(`${install} && rm -rf ${bundle}/ruby/*/cache`, {
        title: install,
        caches: [{ target: '/root/.bundle/cache' }],
        config: 'install',
      }),
    ],
  };
}

/** What Bundler reads, and no more, so that a change of the code installs nothing. */
function manifests(source: SourceView, gems: Gems): readonly CopyStep[] {
  if (gems.wide) return [copy(['.'], appFolder)];
  const files = ['Gemfile', 'Gemfile.lock', ...versionFiles(source)].filter((path) => source.has(path));
  const folders = [...(source.has('vendor/cache') ? ['vendor/cache'] : []), ...gems.paths];
  return [
    copy(
      files.filter((path) => !path.includes('/')),
      appFolder,
    ),
    ...files
      .filter((path) => path.includes('/'))
      .map((path) => copy([path], posix.join(appFolder, posix.dirname(path)))),
    ...folders.map((path) => copy([path], posix.join(appFolder, path))),
  ];
}

/** The pages of Rails, and the code as bytes; undefined: nothing is built. */
export function buildLine(source: SourceView, { names }: Gems, framework: string | null): string | undefined {
  if (framework !== 'Rails') return undefined;
  const hasAssets = ['propshaft', 'sprockets', 'sprockets-rails'].some((name) => names.has(name));
  const lines = [
    ...(names.has('bootsnap') ? ['bundle exec bootsnap precompile app/ lib/'] : []),
    ...(hasAssets && source.has('Rakefile') ? ['bundle exec rails assets:precompile'] : []),
  ];
  return lines.length === 0 ? undefined : lines.join(' && ');
}

/** Rails wants a secret to begin with: none where it is told that it only builds (7.1), any before that. */
const railsBuild = 'export SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE="${SECRET_KEY_BASE:-dummy}"';

/** Node made its part before, in stages of its own. */
const railsBuildWithoutNode = `${railsBuild} SKIP_JS_BUILD=1 SKIP_CSS_BUILD=1`;

function buildStage({ build, gems, start }: Building, assets: Stage | undefined): Stage {
  const code = assets ? copy([appFolder], appFolder, { from: assets.name }) : copy(['.'], appFolder);
  const settings = assets ? railsBuildWithoutNode : railsBuild;
  const before = start.framework === 'Rails' ? `${settings}; ` : '';
  return {
    name: 'build',
    from: 'deps',
    env: appEnv(gems, start),
    steps: [
      code,
      ...(build === undefined ? [] : [run(`${before}${build}`, { title: build, config: 'all' })]),
      ...(assets ? [run('rm -rf node_modules')] : []),
    ],
  };
}

function appEnv(gems: Gems, { framework }: Start): Readonly<Record<string, string>> {
  const rails = { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' };
  return {
    ...bundlerEnv(gems),
    RACK_ENV: 'production',
    APP_ENV: 'production',
    ...(framework === 'Rails' ? rails : {}),
    // Threads that each have heaps of their own would take several times the memory.
    MALLOC_ARENA_MAX: '2',
  };
}

/** Folders that are in no repository, and that the usual config/puma.rb writes a file to. */
const makeFolders = run(`mkdir -p log tmp/pids && chown ${user} log tmp tmp/pids`, {
  title: 'make the folders that Rails writes to',
});

function runtimeStage({ context, image, gems, start }: Building, code: CopyStep): Stage {
  const packages = [...nativeGems(gems.names).run, ...context.wishes.packages.run];
  const lock = copy([`${appFolder}/Gemfile.lock`], appFolder, { from: 'deps' });
  return {
    name: 'runtime',
    from: image,
    env: appEnv(gems, start),
    steps: [
      ...withPackages(packages),
      copy([bundle], bundle, { from: 'deps' }),
      code,
      ...(gems.locked ? [] : [lock]),
      ...(start.framework === 'Rails' ? [makeFolders] : []),
    ],
  };
}
