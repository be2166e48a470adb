import type { Out } from '../model/line.ts';
import type { Service } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { succeeded } from './run-inside.ts';

/** What a service has that no dump of it carries, each by its name: other databases, further users. */
export async function beyondDump(
  deps: Deps,
  service: Service,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { beyond } = deps.services.kinds[service.kind];
  if (!beyond) return [];
  const order = { command: beyond(service.login), code: 'E_SERVICE_DUMP', signal } as const;
  return (await succeeded(deps, service, order)).split('\n').filter((line) => line !== '');
}

/** Tells of it, where there is any. */
export async function warnOfRest(
  deps: Deps,
  { service, out, signal }: { readonly service: Service; readonly out: Out; readonly signal: AbortSignal },
): Promise<void> {
  const rest = await beyondDump(deps, service, signal);
  if (rest.length > 0) out.warning(`Not in it, since a dump has one database: ${rest.join(', ')}`);
}
