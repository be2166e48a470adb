import { failure } from '../model/failures.ts';
import { processName } from '../model/process.ts';
import type { Evidence, Rule } from './evidence.ts';
import { endedText, exitRules } from './exit-causes.ts';
import { healthRules } from './health-causes.ts';

/**
 * The failure that tells why a process did not become healthy: the first cause that the evidence shows, else
 * E_PROCESS_EXITED or E_NOT_HEALTHY. Its last lines are the detail.
 */
export function diagnose(evidence: Evidence): Error {
  const rules: readonly Rule[] = evidence.exit ? exitRules : healthRules;
  for (const rule of rules) {
    const found = rule(evidence);
    if (found) return found;
  }
  return evidence.exit ? exited(evidence) : notHealthy(evidence);
}

function exited(evidence: Evidence): Error {
  return failure('E_PROCESS_EXITED', `${endedText(evidence)} before it was healthy`, {
    detail: evidence.lines,
  });
}

function notHealthy({ spec, tries, listeners, lines }: Evidence): Error {
  const name = processName(spec);
  const deaf = listeners?.length === 0;
  return failure(
    'E_NOT_HEALTHY',
    `${name} did not become healthy in ${spec.check.window / 1000} s: ${tries.said}`,
    {
      hint: deaf ? `${name} listens on no port; listen on 0.0.0.0:$PORT (here ${spec.port})` : undefined,
      detail: lines,
    },
  );
}
