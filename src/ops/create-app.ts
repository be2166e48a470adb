import type { Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const createApp: Handler<'apps:create'> = async (deps, _call, { app }) => {
  deps.store.apps.create(app, deps.clock.now());
  return { app, remote: pushAddress(deps, app) };
};

/** Where to push an app to: `slipway@host:shop`, or the long form where sshd has another port. */
function pushAddress({ settings }: Deps, app: string): string {
  const { sshUser, sshPort, globalDomain } = settings;
  return sshPort === 22
    ? `${sshUser}@${globalDomain}:${app}`
    : `ssh://${sshUser}@${globalDomain}:${sshPort}/${app}`;
}
