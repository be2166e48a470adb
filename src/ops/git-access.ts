import { isoTimeOrNull } from '../base/clock.ts';
import { row } from '../contract/report.ts';
import { may } from '../model/access.ts';
import { type App, checkAppName } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import {
  deployBranchOf,
  isOn,
  processSettings,
  properties,
  type Setting,
  settingOf,
} from './app-settings.ts';
import { currentRecordOf, currentReleaseOf } from './current-release.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { reportOf } from './report-settings.ts';
import { propertyHandler } from './set-property.ts';
import { sourceDeployOf } from './source-deploys.ts';

/** Before git runs at all: a push may create the app, where the key may; a fetch may not. */
export const authorizeGit: Handler<'git:authorize'> = async (deps, call, input) => {
  const name = checkAppName(input.app);
  if (input.service === 'git-receive-pack' && !(await deps.doors.hasRoom()))
    throw failure('E_DISK_FULL', 'The disk of the repositories is full');
  if (!call.app && input.service !== 'git-receive-pack')
    throw failure('E_APP_MISSING', `App ${name} does not exist`);
  if (!call.app) {
    if (isOn(deps, null, properties.noAutocreation))
      throw failure('E_APP_MISSING', `App ${name} does not exist, and a push does not create it`, {
        hint: `slipway apps:create ${name}`,
      });
    // The same words for an app that is hidden from the key: it does not learn that there is one.
    if (!may(call.actor, 'app:create', 'server'))
      throw failure(
        'E_NOT_ALLOWED',
        `App ${name} does not exist, and ${call.actor.name} may not create apps`,
      );
    deps.store.apps.create(name, deps.clock.now());
    deps.store.events.add({
      at: deps.clock.now(),
      actor: call.actor.name,
      operation: 'apps:create',
      app: name,
      subject: 'by a push',
      outcome: 'ok',
    });
  }
  return { repository: deps.doors.repository(name), deployBranch: deployBranchOf(deps, call.app), app: name };
};

export const setGit: Handler<'git:set'> = async (deps, call, input) => {
  if (call.app === null || input.property !== 'deploy-branch')
    return propertyHandler('git')(deps, call, input);
  deps.store.apps.set(call.app.id, { deployBranch: input.value });
  return { property: input.property, value: input.value };
};

export const reportGit: Handler<'git:report'> = async (deps, call, { global }) => {
  const branch = (app: App | null): Setting => {
    const { global: shared } = settingOf(deps, null, { name: properties.deployBranch, standard: '' });
    return { own: app?.deployBranch ?? null, global: shared, computed: deployBranchOf(deps, app) ?? '' };
  };
  const settings = {
    'deploy branch': branch,
    'rev env var': (app: App | null) => settingOf(deps, app, processSettings.revisionVariable),
  };
  const plan = { group: 'git', settings, rows: (app: App) => gitRows(deps, app) };
  const parts = reportOf(deps, call, { plan, global });
  // Which hosts there are logins for is nothing for who may deploy one app.
  if (!global || !may(call.actor, 'server:read', 'server')) return parts;
  const hosts = row('Git global auth hosts', deps.store.credentials.hosts().join(' '));
  return parts.map((part) => ({ ...part, rows: [...part.rows, hosts] }));
};

function gitRows(deps: Deps, app: App) {
  const { release, createdAt } = currentRecordOf(deps, app) ?? {};
  const source = sourceDeployOf(deps, app);
  return [
    row('Git repository', deps.doors.repository(app.name)),
    row('Git sha', release?.revision ?? null),
    row('Git source image', source?.kind === 'image' ? source.subject : null),
    row('Git last updated at', isoTimeOrNull(createdAt ?? null)),
  ];
}

/** An empty repository for an app, which a first push would make by itself. */
export const initializeGit: Handler<'git:initialize'> = async (deps, call) => {
  const app = appOf(call);
  await deps.doors.makeRepository(app.name);
  return { repository: deps.doors.repository(app.name) };
};

/** Where the deploy branch is, and which commit is live. */
export const showGitStatus: Handler<'git:status'> = async (deps, call) => {
  const app = appOf(call);
  const branch = deployBranchOf(deps, app);
  const live = currentReleaseOf(deps, app);
  return {
    branch,
    commit: branch === null ? null : await deps.doors.branchHead(app.name, branch),
    live: live ? { release: live.number, revision: live.revision } : null,
  };
};
