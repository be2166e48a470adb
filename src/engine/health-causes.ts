import { failure } from '../model/failures.ts';
import { processName } from '../model/process.ts';
import { checkedPort, type Evidence, type Rule } from './evidence.ts';
import { missingVariable } from './missing-variable.ts';
import type { HttpAnswer } from './probe.ts';

/** Causes for which a process runs and does not become healthy, in the order in which they are looked for. */
export const healthRules: readonly Rule[] = [
  wrongPort,
  bindLoopback,
  configMissing,
  redirect,
  healthPath,
  healthStatus,
];

/** What listens elsewhere, where nothing answers on the port that is asked. */
function elsewhere(
  evidence: Evidence,
): { readonly port: number; readonly outside: number[]; readonly inside: number[] } | undefined {
  const port = checkedPort(evidence.spec);
  if (port === null || evidence.tries.saw !== 'nothing' || !evidence.listeners) return undefined;
  const { listeners } = evidence;
  if (listeners.some((listener) => listener.port === port && !listener.loopback)) return undefined;
  const ports = (loopback: boolean) =>
    listeners.filter((listener) => listener.loopback === loopback).map((listener) => listener.port);
  return { port, outside: ports(false), inside: ports(true) };
}

function wrongPort(evidence: Evidence): Error | undefined {
  const found = elsewhere(evidence);
  const other = found?.outside[0];
  if (!found || other === undefined || found.inside.includes(found.port)) return undefined;
  const own = found.port === evidence.spec.port;
  return failure(
    'E_WRONG_PORT',
    `${processName(evidence.spec)} listens on port ${found.outside.join(', ')}, but is asked on port ${found.port}`,
    {
      hint: own
        ? `listen on 0.0.0.0:$PORT (here ${found.port}), the variable PORT in place of ${other} in your code; or, with a Dockerfile of your own, say EXPOSE ${other} in the Dockerfile`
        : `listen on 0.0.0.0:${found.port}, or change the port of its check in app.json (healthchecks)`,
      detail: evidence.lines,
    },
  );
}

function bindLoopback(evidence: Evidence): Error | undefined {
  const found = elsewhere(evidence);
  if (!found || found.inside.length === 0) return undefined;
  const port = found.inside.includes(found.port) ? found.port : found.inside[0];
  return failure(
    'E_BIND_LOOPBACK',
    `${processName(evidence.spec)} listens on 127.0.0.1:${port}; listen on 0.0.0.0:$PORT`,
    {
      hint: `listen on 0.0.0.0:${found.port}; only its own container reaches 127.0.0.1 and localhost`,
      detail: evidence.lines,
    },
  );
}

function configMissing(evidence: Evidence): Error | undefined {
  return missingVariable(evidence, `${processName(evidence.spec)} is not healthy`);
}

function answerOf({ tries }: Evidence): HttpAnswer | undefined {
  return typeof tries.saw === 'object' ? tries.saw : undefined;
}

function redirect(evidence: Evidence): Error | undefined {
  const answer = answerOf(evidence);
  if (!answer?.location || answer.status < 300 || answer.status > 399) return undefined;
  const message = `${processName(evidence.spec)} answers its check of ${answer.path} with ${answer.status}, a redirect to ${answer.location}${answer.endless ? ': to itself, without end' : ''}`;
  const hint = answer.location.startsWith('https:')
    ? 'let it answer its check by plain HTTP, or let the check send X-Forwarded-Proto: https (httpHeaders in app.json)'
    : undefined;
  return failure('E_HEALTH_REDIRECT', message, { hint, detail: evidence.lines });
}

function healthPath(evidence: Evidence): Error | undefined {
  const answer = answerOf(evidence);
  if (answer?.status !== 404) return undefined;
  return failure(
    'E_HEALTH_PATH',
    `${processName(evidence.spec)} answers, but has no ${answer.path}: its check got 404`,
    { detail: evidence.lines },
  );
}

function healthStatus(evidence: Evidence): Error | undefined {
  const answer = answerOf(evidence);
  if (!answer || answer.status < 400) return undefined;
  return failure(
    'E_HEALTH_STATUS',
    `${processName(evidence.spec)} answers its check of ${answer.path} with ${answer.status}`,
    { detail: evidence.lines },
  );
}
