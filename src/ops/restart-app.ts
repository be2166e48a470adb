import { failure } from '../model/failures.ts';
import { currentRelease } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { draftOfPending } from './pending-settings.ts';

/** New processes of the same release, or of one with what was kept for the next; checked beside the old ones as in every deploy. */
export const restartApp: Handler<'ps:restart'> = async (deps, call, { type }) => {
  const app = appOf(call);
  const release = currentRelease(deps, app);
  if (type !== null && !Object.hasOwn(release.formation, type)) {
    throw failure(
      'E_INPUT',
      `App ${app.name} has no process type ${type}; it has: ${Object.keys(release.formation).join(', ')}`,
    );
  }
  const fresh = (other: string) => type === null || other === type;
  const subject = type === null ? 'all processes' : type;
  const draft = draftOfPending(deps, app, release);
  return { ...(await deploy(deps, call, { kind: 'restart', subject, draft, fresh })), changed: true };
};
