import { posix } from 'node:path';
import { failure } from '../../../model/failures.ts';
import { quoteShellWord } from '../../../model/shell-words.ts';
import { chooseVersion, type Runtime, type VersionWish } from '../choose-version.ts';
import { finish, output, programStage, removeSources, webProgram, wishedVersion } from '../compiled.ts';
import type { Language, LanguagePlan, PlanContext } from '../language.ts';
import { appFolder, copy, run, type PlanWarning, type Step } from '../plan.ts';
import type { SourceView } from '../source-view.ts';
import { withPackages } from '../system-packages.ts';
import { toolVersion, versionFile } from '../version-files.ts';
import { goModules, type GoModules } from './go/go-modules.ts';
import { needsOf, type Needs } from './go/known-modules.ts';
import { programsOf, type Program } from './go/programs.ts';

/** Programs of Go, of one module or of a workspace with several. */
export const go: Language = {
  name: 'go',
  detects: (source) => ['go.mod', 'go.work', 'main.go'].find((name) => source.has(name)),
  plan,
};

const runtime: Runtime = {
  name: 'Go',
  standard: '1.26',
  offers: [19, 20, 21, 22, 23, 24, 25, 26].map((minor) => ({
    version: `1.${minor}`,
    image: `golang:1.${minor}-bookworm`,
  })),
  setting: 'the line "go" of go.mod, or build.version in app.json',
};

function plan(context: PlanContext): LanguagePlan {
  const { source, wishes, registry } = context;
  const modules = goModules(source);
  const { image, ...version } = chooseVersion(runtime, versionWish(context, modules), registry);
  const programs = programsOf(source, modules);
  const start = startOf(context, programs);
  const needs = needsOf(modules.requires);
  const steps = [
    ...withPackages([...needs.packages.build, ...wishes.packages.build]),
    ...dependencies(context, modules),
    copy(['.'], appFolder),
    ...compile(context, programs),
  ];
  const env = { CGO_ENABLED: needs.cgo === undefined ? '0' : '1', GOTOOLCHAIN: 'local' };
  return {
    framework: needs.framework,
    reasons: reasonsOf(context, programs, needs),
    versions: [version],
    ...finish(wishes, {
      build: { name: 'build', from: image, env, steps },
      runtime: programStage(needs.env, [...needs.packages.run, ...wishes.packages.run]),
      start,
    }),
    warnings: warningsOf(source, modules),
  };
}

/** What means this very version comes first; a module only tells the least that it can do with. */
function versionWish({ source, wishes }: PlanContext, { file, says }: GoModules): VersionWish | undefined {
  const { heroku, least } = says;
  const comment = heroku.version;
  return (
    wishedVersion(wishes) ??
    (comment === undefined ? undefined : { range: comment, text: comment, from: `+heroku in ${file}` }) ??
    versionFile(source, '.go-version') ??
    toolVersion(source, ['golang', 'go']) ??
    (least === undefined ? undefined : { range: `>=${least}`, text: `at least ${least}`, from: file })
  );
}

const caches = [{ target: '/go/pkg/mod' }, { target: '/root/.cache/go-build' }];

/** The modules that are needed, before the code, so that they are not fetched anew with each change of it. */
function dependencies({ source, wishes }: PlanContext, { folders }: GoModules): Step[] {
  if (isVendored(source) && wishes.install === null) return [];
  const copies = folders.map((folder) => {
    const paths = moduleFiles.map((name) => posix.join(folder, name)).filter((path) => source.has(path));
    return copy(paths, posix.join(appFolder, folder));
  });
  return [...copies, run(wishes.install ?? 'go mod download', { caches, config: 'install' })];
}

const moduleFiles = ['go.work', 'go.work.sum', 'go.mod', 'go.sum'];

function isVendored(source: SourceView): boolean {
  return source.has('vendor/modules.txt');
}

/** Builds all programs, and leaves of the source what they may read while they run. */
function compile({ wishes }: PlanContext, programs: readonly Program[]): Step[] {
  const folders = programs
    .map(({ folder }) => quoteShellWord(folder === '.' ? '.' : `./${folder}`))
    .join(' ');
  const command = `go build -trimpath -ldflags="-s -w" -o ${output}/ ${folders}`;
  return [
    run(`mkdir -p ${output}; ${wishes.build ?? command}`, {
      title: wishes.build ?? 'go build',
      caches,
      config: 'all',
    }),
    removeSources('go', ['vendor', ...moduleFiles]),
  ];
}

/** That at the top comes before those in folders. */
function startOf(context: PlanContext, programs: readonly Program[]): string | null {
  if (programs.length === 0) {
    if (context.wishes.build === null) throw noProgram();
    return null;
  }
  const names = programs.map(({ name }) => name);
  const web = webProgram(context, names, programs.find(({ folder }) => folder === '.')?.name);
  return web === null ? null : `bin/${web}`;
}

function noProgram(): Error {
  return failure('E_BUILD_PLAN', 'No folder of the source has a program of Go (a file with "package main")', {
    hint: 'commit one, such as main.go or cmd/web/main.go',
  });
}

function reasonsOf({ source, wishes }: PlanContext, programs: readonly Program[], { cgo }: Needs): string[] {
  const folders = programs.map(({ folder }) => (folder === '.' ? 'the top' : folder)).join(', ');
  return [
    ...(isVendored(source) ? ['the modules of vendor/ are used, as they are committed'] : []),
    ...(cgo === undefined ? [] : [`with C libraries, as go.mod needs ${cgo}`]),
    ...(wishes.build === null ? [`programs: ${folders}`] : []),
  ];
}

function warningsOf(source: SourceView, { own, requires }: GoModules): PlanWarning[] {
  const sums = ['go.work.sum', ...own.map(({ folder }) => posix.join(folder, 'go.sum'))];
  if (requires.size === 0 || isVendored(source) || sums.some((path) => source.has(path))) return [];
  return [{ text: 'go.mod needs modules, but there is no go.sum', fix: 'run go mod tidy and commit go.sum' }];
}
