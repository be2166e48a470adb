import { text } from 'node:stream/consumers';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { InsideCommand, InsideEnd } from '../service/service.ts';
import type { Deps } from './deps.ts';

/** What a command that fails says of its service. */
const meanings = {
  E_SERVICE_DUMP: 'could not be dumped',
  E_SERVICE_RESTORE: 'did not take the data; what it had is as before',
} as const;

export interface InsideOrder {
  readonly command: InsideCommand;
  /** Thrown, with its last lines, where it fails. */
  readonly code: keyof typeof meanings;
  readonly signal: AbortSignal;
}

/** All that a command in a service prints. One that fails ends in its code, so that no part is taken for all. */
export async function* outputOf(deps: Deps, service: Service, order: InsideOrder): AsyncGenerator<Buffer> {
  const inside = await deps.services.open(service, order.command, order.signal);
  inside.input.end();
  try {
    for await (const chunk of inside.output) yield chunk as Buffer;
  } catch (error) {
    // That it broke off: why, its end tells.
    await inside.end;
    throw error;
  }
  refuseFailed(service, await inside.end, order.code);
}

/** Gives what a command printed, as text. */
export async function succeeded(deps: Deps, service: Service, order: InsideOrder): Promise<string> {
  return text(outputOf(deps, service, order));
}

export function refuseFailed(service: Service, end: InsideEnd, code: InsideOrder['code']): void {
  if (end.exitCode === 0) return;
  throw failure(code, `${serviceKey(service)} ${meanings[code]}`, { detail: end.errors });
}
