import type { BuildWishes } from '../../model/build-wishes.ts';
import { failure } from '../../model/failures.ts';
import type { VersionWish } from './choose-version.ts';
import type { PlanContext } from './language.ts';
import { appFolder, copy, run, type BuildPlan, type RunStep, type Stage } from './plan.ts';
import { staticStage, staticStart } from './static-server.ts';
import { withPackages } from './system-packages.ts';

/** The stage that builds, the one that runs, and what it starts. */
export interface Compiled {
  readonly build: Stage;
  readonly runtime: Stage;
  readonly start: string | null;
}

/** The end of a plan: nothing of what built it; or pages, where app.json says that they are all that the build makes. */
export function finish(
  wishes: BuildWishes,
  { build, runtime, start }: Compiled,
): Pick<BuildPlan, 'stages' | 'start'> {
  if (wishes.static === null) return { stages: [build, runtime], start };
  const pages = staticStage({ folder: `${appFolder}/${wishes.static}`, from: build.name, fallback: false });
  return { stages: [build, pages], start: staticStart };
}

/** The version that app.json asks for. */
export function wishedVersion({ version }: BuildWishes): VersionWish | undefined {
  return version === null ? undefined : { range: version, text: version, from: 'app.json' };
}

/** Packages of the distribution: what the build needs, and what the app needs while it runs. */
export interface Packages {
  readonly build: readonly string[];
  readonly run: readonly string[];
}

/** Where programs are put by the build: not in the source, whose own folder `bin` stays what it is. */
export const output = '/out';

/** Takes away what only the build needed: a program may read the rest of its source while it runs. */
export function removeSources(ending: string, names: readonly string[]): RunStep {
  const folders = names.length === 0 ? '' : `rm -rf ${names.join(' ')}; `;
  return run(`${folders}find . -name '*.${ending}' -type f -delete`, {
    title: 'remove what only the build needed',
  });
}

/** The stage of programs in machine code: they are in bin/, which is of the path, beside the rest of the source. */
export function programStage(env: Readonly<Record<string, string>>, packages: readonly string[]): Stage {
  return {
    name: 'runtime',
    from: 'debian:bookworm-slim',
    env: {
      PATH: `${appFolder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      ...env,
    },
    steps: [
      ...withPackages(['ca-certificates', 'tzdata', ...packages]),
      copy([appFolder], appFolder, { from: 'build', owned: true }),
      copy([output], `${appFolder}/bin`, { from: 'build' }),
    ],
  };
}

/**
 * Which of the programs that are built is the web server: `first` if there is such, the only one, or the one with the
 * name of the app or of the process. Null: the Procfile, or app.json, tells. Throws E_BUILD_PLAN where nothing does.
 */
export function webProgram(
  { app, wishes, procfile }: PlanContext,
  programs: readonly string[],
  first?: string,
): string | null {
  const [only, ...more] = programs;
  const named = more.length === 0 ? only : programs.find((name) => name === app || name === 'web');
  const best = first ?? named;
  if (best !== undefined) return best;
  const told = wishes.build ?? wishes.start ?? wishes.static ?? procfile?.['web'];
  if (told !== undefined) return null;
  throw failure(
    'E_BUILD_PLAN',
    `Nothing tells which of the programs is the web server: ${programs.join(', ')}`,
    { hint: `add a file Procfile with a line such as "web: ${only ?? 'NAME'}"` },
  );
}
