import type { BuildWishes } from '../../model/build-wishes.ts';
import type { VersionWish } from './choose-version.ts';
import { appFolder, type BuildPlan, type Stage } from './plan.ts';
import { staticStage, staticStart } from './static-server.ts';

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
