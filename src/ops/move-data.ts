import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type KindName, serviceKinds } from '../model/service-kind.ts';
import type { Inside, InsideEnd } from '../service/service.ts';
import type { ByteSink, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { loadService } from './load-service.ts';

export function exportService(kind: KindName): Handler<'postgres:export'> {
  return async (deps, call, { name }) => {
    const service = loadService(deps, { kind, name });
    const { bytes } = call;
    if (bytes === null) throw failure('E_INPUT', `${kind}:export is for a face that takes bytes`);
    return { bytes: await dumpTo(deps, service, { sink: bytes, signal: call.signal }) };
  };
}

/** Hands on all of its data; gives how many bytes that are. Throws E_SERVICE_DUMP where its own program fails. */
export async function dumpTo(
  deps: Deps,
  service: Service,
  { sink, signal }: { readonly sink: ByteSink; readonly signal: AbortSignal },
): Promise<number> {
  const { dump } = deps.services.kinds[service.kind];
  if (!dump) throw noDump(service.kind);
  const inside = await deps.services.open(service, dump(service.login), signal);
  inside.input.end();
  let count = 0;
  for await (const chunk of inside.output) {
    count += (chunk as Buffer).length;
    await sink(chunk as Buffer);
  }
  refuseFailed(service, await inside.end, 'E_SERVICE_DUMP');
  return count;
}

export function importService(kind: KindName): Handler<'postgres:import'> {
  return async (deps, call, { name }) => {
    const service = loadService(deps, { kind, name });
    if (!call.stdin)
      throw failure('E_INPUT', `${kind}:import reads standard input, and nothing is piped in`, {
        hint: `slipway ${kind}:import ${name} < FILE`,
      });
    call.out.step(`Importing into ${serviceKey(service)}`);
    return { bytes: await restoreFrom(deps, service, { source: call.stdin, signal: call.signal }) };
  };
}

/** Puts a dump in place of its data; gives how many bytes were read. Throws E_SERVICE_RESTORE; then its data is as before. */
export async function restoreFrom(
  deps: Deps,
  service: Service,
  { source, signal }: { readonly source: Readable; readonly signal: AbortSignal },
): Promise<number> {
  const { restore } = deps.services.kinds[service.kind];
  if (!restore) throw noDump(service.kind);
  const inside = await deps.services.open(service, restore(service.login), signal);
  inside.output.resume();
  const count = await feed(inside, source);
  refuseFailed(service, await inside.end, 'E_SERVICE_RESTORE');
  return count;
}

/** A command that ends before it has read all has its own reason, which its exit status tells. */
async function feed(inside: Inside, source: Readable): Promise<number> {
  let count = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count += chunk.length;
      done(null, chunk);
    },
  });
  const fed = pipeline(source, counter, inside.input).catch((error: unknown) => ({ error }));
  const first = await Promise.race([fed, inside.end]);
  // What was not read any more is of no use to anybody.
  if (first && 'exitCode' in first) source.destroy();
  else if (first) await inside.end;
  return count;
}

function refuseFailed(service: Service, end: InsideEnd, code: 'E_SERVICE_DUMP' | 'E_SERVICE_RESTORE'): void {
  if (end.exitCode === 0) return;
  const what =
    code === 'E_SERVICE_DUMP' ? 'could not be dumped' : 'did not take the dump; its data is as before';
  throw failure(code, `${serviceKey(service)} ${what}`, { detail: end.errors });
}

function noDump(kind: KindName) {
  return failure('E_INPUT', `${serviceKinds[kind].title} cannot be dumped`);
}
