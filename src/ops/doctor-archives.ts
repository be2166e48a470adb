import { mapParallel } from '../base/parallel.ts';
import { messageOf } from '../base/failure.ts';
import { judgeArchives } from '../model/diagnosis/judge-archives.ts';
import type { Finding } from '../model/diagnosis/finding.ts';
import type { Service } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { succeeded } from './run-inside.ts';

/** Services that are asked at the same time, and milliseconds that each has. */
const atOnce = 8;
const patience = 5000;

/** Of services that are stopped nothing is written. */
export async function archiveFindings(deps: Deps): Promise<readonly Finding[]> {
  const { services, archives } = deps.store;
  const kept = services.archived().filter(({ stopped, state }) => !stopped && state === 'ready');
  const facts = await mapParallel(kept, atOnce, async (service) => ({
    service,
    stalled: await stalledOf(deps, service),
    files: archives.files(service.id),
    provenAt: archives.plan(service.id)?.provenAt ?? null,
  }));
  return judgeArchives(facts, deps.clock.now());
}

async function stalledOf(deps: Deps, service: Service): Promise<readonly string[]> {
  const { archive } = deps.services.kinds[service.kind];
  if (!archive) return [];
  const command = archive.stalled(service.login);
  const order = { command, code: 'E_SERVICE_DUMP', signal: AbortSignal.timeout(patience) } as const;
  try {
    return (await succeeded(deps, service, order)).split('\n').filter((line) => line !== '');
  } catch (error) {
    return [`it could not be asked: ${messageOf(error)}`];
  }
}
