import { isoTime } from '../base/clock.ts';
import type { ConfigVersion } from '../contract/groups/config-files.ts';
import type { Difference } from '../contract/groups/release-changes.ts';
import { configDifferences, releaseDifferences } from '../model/release-diff.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { findRelease } from './show-releases.ts';

export const diffReleases: Handler<'releases:diff'> = async (deps, call, { from, to, show }) => {
  const [a, b] = [from, to].map((number) => findRelease(deps, call, number).release);
  if (!a || !b) return [];
  return releaseDifferences(a, b).map((found) => shown(found, show || found.part !== 'config'));
};

/** Of releases that passed their checks only: what another one would have changed was never in force. */
export const showConfigHistory: Handler<'config:history'> = async (deps, call, { show }) => {
  const passed = deps.store.releases.list(appOf(call)).filter(({ state }) => state === 'passed');
  return passed
    .map((record, at) => versionOf(record, passed[at + 1], show))
    .filter(({ changes }) => changes.length > 0);
};

function versionOf(record: ReleaseRecord, before: ReleaseRecord | undefined, show: boolean): ConfigVersion {
  const { release, createdAt, createdBy } = record;
  const found = configDifferences(before?.release.config ?? {}, release.config);
  return {
    version: release.number,
    at: isoTime(createdAt),
    by: createdBy,
    description: release.description,
    changes: found.map((one) => shown(one, show)),
  };
}

type Values = Pick<Difference, 'before' | 'after'>;

function shown<T extends Values>(found: T, show: boolean): T & Pick<Difference, 'change'> {
  const change = found.before === null ? 'added' : found.after === null ? 'removed' : 'changed';
  return { ...found, ...(show ? {} : { before: null, after: null }), change };
}
