import { may, sees } from '../model/access.ts';
import type { App } from '../model/app.ts';
import type { EventRows } from '../store/store.ts';
import type { Call, Deps } from './deps.ts';

/** What a call tells of: the app that it names, or each that its actor may see. No listing goes another way. */
export function visibleApps(deps: Deps, { app, actor }: Pick<Call, 'app' | 'actor'>): readonly App[] {
  return app === null ? deps.store.apps.all().filter(({ name }) => sees(actor, name)) : [app];
}

/** Which events or jobs a call tells of. Those of the server, and of apps that are gone, are for who may read the server. */
export function visibleRecords(
  deps: Deps,
  call: Call,
): Pick<Parameters<EventRows['list']>[0], 'app' | 'apps'> {
  if (call.app) return { app: call.app.name };
  return may(call.actor, 'server:read', 'server')
    ? {}
    : { apps: visibleApps(deps, call).map(({ name }) => name) };
}
