import { chooseVersion, type Runtime, type VersionWish } from '../choose-version.ts';
import { finish, output, wishedVersion } from '../compiled.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { pessimisticRange } from '../pessimistic-range.ts';
import { appFolder, copy, run, type PlanWarning, type Stage, type Step } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { withPackages } from '../system-packages.ts';
import { toolVersion, versionFile } from '../version-files.ts';
import { readMix, type MixProject } from './elixir/mix-project.ts';

/** Programs in Elixir, made into a release by mix. */
export const elixir: Language = {
  name: 'elixir',
  detects: (source) => (source.has('mix.exs') ? 'mix.exs' : undefined),
  plan,
};

/** Those whose images are of Debian 12, as what runs is: a release brings its Erlang, and takes the libraries that are there. */
const runtime: Runtime = {
  name: 'Elixir',
  standard: '1.18',
  offers: [14, 15, 16, 17, 18].map((minor) => ({ version: `1.${minor}`, image: `elixir:1.${minor}-slim` })),
  setting: 'elixir: in mix.exs, or elixir_buildpack.config',
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes, config } = context;
  const project = readMix(source);
  const { image, ...version } = chooseVersion(runtime, wishOf(context, project), context.registry);
  return {
    framework: project.isPhoenix ? 'Phoenix' : null,
    reasons: [`release: ${project.release}`],
    versions: [version],
    ...finish(wishes, {
      build: buildStage(context, project, image),
      runtime: runtimeStage(context, project),
      start: startOf(source, project),
    }),
    ignore: ['_build', 'deps', '.elixir_ls'],
    warnings: warningsOf(source, project, config),
  };
}

function wishOf({ source, wishes }: PlanContext, { elixir: range }: MixProject): VersionWish | undefined {
  const buildpack = /^elixir_version=(\S+)/m.exec(source.text('elixir_buildpack.config') ?? '')?.[1];
  const wish = (text: string | undefined, from: string) =>
    text === undefined
      ? undefined
      : {
          range: text
            .split(/\s+and\s+/)
            .map(pessimisticRange)
            .join(' '),
          text,
          from,
        };
  return (
    wishedVersion(wishes) ??
    wish(buildpack?.replace(/^v/, ''), 'elixir_buildpack.config') ??
    versionFile(source, '.elixir-version') ??
    withoutOtp(toolVersion(source, ['elixir'])) ??
    wish(range, 'mix.exs')
  );
}

/** `1.17.3-otp-27`: which Erlang is with it, the image says. */
function withoutOtp(wish: VersionWish | undefined): VersionWish | undefined {
  return wish && { ...wish, range: wish.range.replace(/-otp-.*$/, '').replace(/\.?otp.*$/, '') };
}

function buildStage(context: PlanContext, project: MixProject, image: string): Stage {
  const { source, wishes } = context;
  const release = project.isNamed ? `release ${project.release}` : 'release';
  const build = wishes.build ?? (project.hasAssets ? 'mix assets.deploy' : undefined);
  return {
    name: 'build',
    from: image,
    env: { MIX_ENV: 'prod' },
    steps: [
      // Some dependencies have parts in C, and some come from a repository.
      ...withPackages([
        ...(project.fetches ? ['build-essential', 'ca-certificates', 'git'] : []),
        ...wishes.packages.build,
      ]),
      ...dependencies(source, project, wishes.install),
      copy(['.'], appFolder),
      ...(build === undefined ? [] : [run(build, { config: 'all' })]),
      run(`mix do compile, ${release} --overwrite --path ${output}`, {
        title: `mix ${release}`,
        config: 'all',
      }),
    ],
  };
}

/** What mix reads to get and to compile dependencies, before the code. */
function dependencies(source: SourceView, project: MixProject, install: string | null): readonly Step[] {
  const files = ['mix.exs', 'mix.lock'].filter((path) => source.has(path));
  const settings = ['config/config.exs', 'config/prod.exs'].filter((path) => source.has(path));
  const hex = project.fetches ? 'mix local.hex --force && mix local.rebar --force && ' : '';
  return [
    copy(files, appFolder),
    ...(settings.length > 0 ? [copy(settings, `${appFolder}/config`)] : []),
    ...project.paths.map((path) => copy([path], `${appFolder}/${path}`)),
    run(install ?? `${hex}mix do deps.get --only prod, deps.compile`, {
      title: install ?? 'mix deps.get, deps.compile',
      caches: [{ target: '/root/.hex/packages' }],
      config: 'install',
    }),
  ];
}

function runtimeStage({ wishes }: PlanContext, { isPhoenix }: MixProject): Stage {
  return {
    name: 'runtime',
    from: 'debian:bookworm-slim',
    env: {
      LANG: 'C.UTF-8',
      MIX_ENV: 'prod',
      ...(isPhoenix ? { PHX_SERVER: 'true' } : {}),
    },
    steps: [
      ...withPackages(['ca-certificates', 'libncurses6', 'libstdc++6', 'openssl', ...wishes.packages.run]),
      copy([output], appFolder, { from: 'build', owned: true }),
    ],
  };
}

/** Phoenix may bring a program that starts the release with its server. */
function startOf(source: SourceView, { release }: MixProject): string {
  return source.has('rel/overlays/bin/server') ? 'bin/server' : `bin/${release} start`;
}

function warningsOf(
  source: SourceView,
  { isPhoenix, fetches }: MixProject,
  config: PlanContext['config'],
): PlanWarning[] {
  const noLock = {
    text: 'there is no mix.lock: each build may get other versions of what it needs',
    fix: 'mix deps.get, and commit mix.lock',
  };
  const secret = {
    text: 'Phoenix does not start without SECRET_KEY_BASE',
    fix: 'slipway config:set APP SECRET_KEY_BASE=$(mix phx.gen.secret)',
  };
  return [
    ...(fetches && !source.has('mix.lock') ? [noLock] : []),
    ...(isPhoenix && !Object.hasOwn(config, 'SECRET_KEY_BASE') ? [secret] : []),
  ];
}
