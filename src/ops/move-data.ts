import { pipeline } from 'node:stream/promises';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type KindName, serviceKinds } from '../model/service-kind.ts';
import { dumpEnd, type Inside } from '../service/service.ts';
import { type Deps, serviceOf, type Work } from './deps.ts';
import type { Handler } from './handler.ts';
import { outputOf, refuseFailed } from './run-inside.ts';
import { toldBytes } from './told-bytes.ts';

export const exportService: Handler<'postgres:export'> = async (deps, call) => {
  const { bytes, signal } = call;
  const service = serviceOf(call);
  if (bytes === null) throw failure('E_INPUT', `${service.kind}:export is for a face that takes bytes`);
  let count = 0;
  for await (const chunk of dumpOf(deps, service, signal)) {
    count += chunk.length;
    await bytes(chunk);
  }
  return { bytes: count };
};

/** All of its data. One whose program fails ends in E_SERVICE_DUMP, so that no part of it is taken for all. */
export function dumpOf(deps: Deps, service: Service, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { dump } = deps.services.kinds[service.kind];
  if (!dump) throw noDump(service.kind);
  return outputOf(deps, service, { command: dump(service.login), code: 'E_SERVICE_DUMP', signal });
}

export const importService: Handler<'postgres:import'> = async (deps, call) => {
  const service = serviceOf(call);
  const { kind, name } = service;
  if (!call.stdin)
    throw failure('E_INPUT', `${kind}:import reads standard input, and nothing is piped in`, {
      hint: `slipway ${kind}:import ${name} < FILE`,
    });
  call.out.step(`Importing into ${serviceKey(service)}`);
  return { bytes: await restoreFrom(deps, service, { ...call, source: call.stdin }) };
};

/** Puts a dump in place of its data; gives how many bytes were read. Throws E_SERVICE_RESTORE; then its data is as before. */
export async function restoreFrom(
  deps: Deps,
  service: Service,
  { source, signal, out }: Work & { readonly source: AsyncIterable<Buffer> },
): Promise<number> {
  const { restore } = deps.services.kinds[service.kind];
  if (!restore) throw noDump(service.kind);
  const inside = await deps.services.open(service, restore(service.login), signal);
  inside.output.resume();
  const count = await feed(inside, toldBytes(source, { out, done: 'read' }));
  refuseFailed(service, await inside.end, 'E_SERVICE_RESTORE');
  return count;
}

/**
 * Gives how many bytes were read. A command that ends before it has read all has its own reason, which its exit status
 * tells; where the source breaks off, that is the reason.
 */
async function feed(inside: Inside, source: AsyncIterable<Buffer>): Promise<number> {
  let count = 0;
  let broken: { readonly error: unknown } | undefined;
  async function* metered(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of source) {
        count += chunk.length;
        yield chunk;
      }
      yield Buffer.from(dumpEnd);
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const fed = pipeline(metered, inside.input).catch(() => {});
  await Promise.race([fed, inside.end.catch(() => {})]);
  if (broken) throw broken.error;
  return count;
}

/** Of a kind whose data is not worth keeping. */
export function noDump(kind: KindName) {
  return failure('E_INPUT', `${serviceKinds[kind].title} cannot be dumped`);
}
