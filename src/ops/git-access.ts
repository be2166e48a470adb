import { row } from '../contract/report.ts';
import { may } from '../model/access.ts';
import { checkAppName } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { currentReleaseOf } from './current-release.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { reportEach } from './show-apps.ts';

/** Before git runs at all: a push may create the app, where the key may; a fetch may not. */
export const authorizeGit: Handler<'git:authorize'> = async (deps, call, input) => {
  const name = checkAppName(input.app);
  if (input.service === 'git-receive-pack' && !(await deps.doors.hasRoom()))
    throw failure('E_DISK_FULL', 'The disk of the repositories is full');
  if (!call.app && input.service !== 'git-receive-pack')
    throw failure('E_APP_MISSING', `App ${name} does not exist`);
  if (!call.app) {
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
  return { repository: deps.doors.repository(name), deployBranch: call.app?.deployBranch ?? null, app: name };
};

export const setGit: Handler<'git:set'> = async (deps, call, { property, value }) => {
  deps.store.apps.set(appOf(call).id, { deployBranch: value });
  return { property, value };
};

export const reportGit: Handler<'git:report'> = async (deps, call) =>
  reportEach(deps, call, (app) => ({
    group: 'git',
    rows: [
      row('Git deploy branch', app.deployBranch),
      row('Git repository', deps.doors.repository(app.name)),
      row('Git revision', currentReleaseOf(deps, app)?.revision ?? null),
    ],
  }));
