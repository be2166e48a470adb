import { text } from 'node:stream/consumers';
import { Failure } from '../base/failure.ts';
import type { Service } from '../model/service.ts';
import { parseFacts, type ServiceFacts } from '../model/service-facts.ts';
import type { Deps } from './deps.ts';

/** Milliseconds that a service has to tell them: one that is stuck must not hold up who asks what is wrong. */
const patience = 3000;

/** What its program says of itself; nothing where it says nothing, or is stuck. */
export async function factsOf(deps: Deps, service: Service, signal: AbortSignal): Promise<ServiceFacts> {
  const { facts } = deps.services.kinds[service.kind];
  if (!facts) return {};
  const inTime = AbortSignal.timeout(patience);
  try {
    const either = AbortSignal.any([signal, inTime]);
    const inside = await deps.services.open(service, facts(service.login), either);
    inside.input.end();
    const [printed] = await Promise.all([text(inside.output), inside.end]);
    return parseFacts(printed);
  } catch (error) {
    if (inTime.aborted || error instanceof Failure) return {};
    throw error;
  }
}
