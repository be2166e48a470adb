import type { Handler } from './handler.ts';

export const createApp: Handler<'apps:create'> = async (deps, call, input) => {
  deps.store.apps.create(input.app, deps.clock.now());
  call.out.detail(
    `To deploy: git remote add slipway ${pushAddress(deps, input.app)} && git push slipway main`,
  );
  return { app: input.app };
};

/** Where to push an app to: `slipway@host:shop`, or the long form where sshd has another port. */
function pushAddress({ settings }: Parameters<Handler<'apps:create'>>[0], app: string): string {
  const { sshUser, sshPort, globalDomain } = settings;
  return sshPort === 22
    ? `${sshUser}@${globalDomain}:${app}`
    : `ssh://${sshUser}@${globalDomain}:${sshPort}/${app}`;
}
