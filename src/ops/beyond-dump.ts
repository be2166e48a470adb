import { text } from 'node:stream/consumers';
import type { Out } from '../model/line.ts';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { Deps } from './deps.ts';

/** What a service has that no dump of it carries, each by its name: other databases, further users. */
export async function beyondDump(
  deps: Deps,
  service: Service,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { beyond } = deps.services.kinds[service.kind];
  if (!beyond) return [];
  const inside = await deps.services.open(service, beyond(service.login), signal);
  inside.input.end();
  const [printed, { exitCode, errors }] = await Promise.all([text(inside.output), inside.end]);
  if (exitCode === 0) return printed.split('\n').filter((line) => line !== '');
  throw failure('E_SERVICE_DUMP', `${serviceKey(service)} could not be looked through`, { detail: errors });
}

/** Tells of it, where there is any. */
export async function warnOfRest(
  deps: Deps,
  { service, out, signal }: { readonly service: Service; readonly out: Out; readonly signal: AbortSignal },
): Promise<void> {
  const rest = await beyondDump(deps, service, signal);
  if (rest.length > 0) out.warning(`Not in it, since a dump has one database: ${rest.join(', ')}`);
}
