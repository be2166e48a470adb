import { own } from '../base/own.ts';
import { failure } from '../model/failures.ts';
import { changeRelease, sameConfig } from '../model/plan-release.ts';
import { ownPart, type Release, type ReleaseRecord } from '../model/release.ts';
import type { App } from '../model/app.ts';
import { configOf, domainsOf } from './app-settings.ts';
import { storeConfig } from './change-config.ts';
import { currentRelease } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { keptImagesOf } from './still-needed.ts';

/**
 * Makes a new release with the image, the processes and the config of an earlier one; how many processes run and which
 * domains lead to them stays as it is now.
 */
export const rollbackApp: Handler<'rollback'> = async (deps, call, input) => {
  const app = appOf(call);
  const current = currentRelease(deps, app);
  const { release: target } = await chooseTarget(deps, app, input.release);
  const description = `Roll back to v${target.number}`;
  const formation = Object.fromEntries(
    Object.entries(target.formation).map(([type, size]) => [type, own(current.formation, type) ?? size]),
  );
  const draft = async () => changeRelease(target, { formation, domains: domainsOf(deps, app), description });
  const commit = () => storeConfig(deps, app.id, ownPart(target.config, configOf(deps, app).global));
  return {
    ...(await deploy(deps, call, { kind: 'rollback', subject: `v${target.number}`, draft, commit })),
    changed: true,
  };
};

/**
 * The release asked for, or the last before the current one that ran something else. Only one that passed its checks and
 * whose image is kept can be gone back to.
 */
async function chooseTarget(deps: Deps, app: App, asked: number | null): Promise<ReleaseRecord> {
  const current = currentRelease(deps, app);
  const records = deps.store.releases.list(app);
  const kept = keptImagesOf(deps, app, records);
  const present = new Set(await deps.images.appTags());
  const passed = records.filter(
    ({ state, release: { image } }) =>
      state === 'passed' && kept.has(image.reference) && present.has(image.reference),
  );
  const fits = ({ release }: ReleaseRecord) =>
    asked === null
      ? release.number < current.number && !runsTheSame(release, current)
      : release.number === asked;
  const found = passed.find(fits);
  if (found) return found;
  const what = asked === null ? 'no earlier release' : `no release v${asked}`;
  throw failure(
    'E_RELEASE_MISSING',
    `App ${app.name} has ${what} that passed its checks and whose image is kept`,
    {
      hint: `slipway releases ${app.name}`,
    },
  );
}

function runsTheSame(a: Release, b: Release): boolean {
  return (
    a.image.id === b.image.id &&
    sameConfig(a.config, b.config) &&
    JSON.stringify(a.processes) === JSON.stringify(b.processes)
  );
}
