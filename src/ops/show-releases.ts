import { own } from '../base/own.ts';
import { isoTime } from '../base/clock.ts';
import { row } from '../contract/report.ts';
import type { ReleaseInfo, ReleaseItem } from '../contract/groups/releases.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { keptReleases, settingOf } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { deployOutput } from './show-deploys.ts';
import { reportOf } from './report-settings.ts';
import { keptImagesOf } from './still-needed.ts';

export const listReleases: Handler<'releases'> = async (deps, call) => {
  const app = appOf(call);
  return deps.store.releases.list(app).map((record) => itemOf(app, record));
};

export const showRelease: Handler<'releases:info'> = async (deps, call, input) =>
  infoOf(appOf(call), findRelease(deps, call, input.release));

export const showReleaseOutput: Handler<'releases:output'> = async (deps, call, input) =>
  deployOutput(deps, call, { id: findRelease(deps, call, input.release).deploy, isOver: null });

/** A release of the call's app. Throws E_RELEASE_MISSING. */
export function findRelease(deps: Deps, call: Call, number: number): ReleaseRecord {
  const app = appOf(call);
  const record = deps.store.releases.find(app, number);
  if (!record)
    throw failure('E_RELEASE_MISSING', `App ${app.name} has no release v${number}`, {
      hint: `slipway releases ${app.name}`,
    });
  return record;
}

function itemOf(app: App, { release, state, createdAt, createdBy }: ReleaseRecord): ReleaseItem {
  return {
    version: release.number,
    current: release.number === app.current,
    state,
    description: release.description,
    by: createdBy,
    createdAt: isoTime(createdAt),
    revision: release.revision,
  };
}

function infoOf(app: App, record: ReleaseRecord): ReleaseInfo {
  const { release, deploy } = record;
  const processes = Object.entries(release.processes).map(([type, { command }]) => [
    type,
    { command, count: own(release.formation, type)?.count ?? 0 },
  ]);
  return {
    ...itemOf(app, record),
    app: app.name,
    deploy,
    image: { id: release.image.id, digest: release.image.digest },
    build: release.build && { ...release.build, bases: [...release.build.bases] },
    processes: Object.fromEntries(processes),
    configKeys: Object.keys(release.config).sort(),
    domains: [...release.domains],
  };
}

export const reportReleases: Handler<'releases:report'> = async (deps, call, { global }) => {
  const settings = { keep: (app: App | null) => settingOf(deps, app, keptReleases) };
  const rows = (app: App) => {
    const records = deps.store.releases.list(app);
    const kept = keptImagesOf(deps, app, records);
    return [
      row('Releases current', app.current === null ? null : `v${app.current}`),
      row('Releases recorded', records.length),
      row('Releases kept images', kept.size),
    ];
  };
  return reportOf(deps, call, { plan: { group: 'releases', settings, rows }, global });
};
