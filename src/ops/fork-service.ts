import { Readable } from 'node:stream';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type KindName, serviceKinds } from '../model/service-kind.ts';
import type { InsideCommand } from '../service/service.ts';
import { copyService } from './create-service.ts';
import { type Deps, serviceOf, type Work } from './deps.ts';
import type { Handler } from './handler.ts';
import { outputOf, succeeded } from './run-inside.ts';
import { informOf } from './show-services.ts';
import { toldBytes } from './told-bytes.ts';

/** By its data files, which takes as long as reading them; what is in it is what was there at one moment. */
export const forkService: Handler<'postgres:fork'> = async (deps, call, { name: _name, into, ...wishes }) => {
  const { out, signal } = call;
  const service = serviceOf(call);
  const { base, adopt } = deps.services.kinds[service.kind];
  if (!base || !adopt) throw noFork(service.kind);
  const seed = async (copy: Service) => {
    out.step(`Copying the files of ${serviceKey(service)}`);
    await deps.services.fill(
      copy,
      filesOf(deps, service, { command: base(service.login), signal, out }),
      signal,
    );
  };
  const fill = (copy: Service) =>
    succeeded(deps, copy, { command: adopt(copy.login), code: 'E_SERVICE_RESTORE', signal });
  const own = { ...wishes, image: null, imageVersion: null };
  const copy = await copyService(deps, call, { of: service, name: into, wishes: own, seed, fill });
  return informOf(deps, copy, signal);
};

/** Fails where not all of them came. */
function filesOf(
  deps: Deps,
  service: Service,
  { command, signal, out }: Work & { readonly command: InsideCommand },
): Readable {
  const files = outputOf(deps, service, { command, signal, code: 'E_SERVICE_DUMP' });
  return Readable.from(toldBytes(files, { out, done: 'copied' }), { objectMode: false });
}

function noFork(kind: KindName) {
  return failure('E_INPUT', `${serviceKinds[kind].title} has no way to copy its files while it runs`, {
    hint: `slipway ${kind}:clone copies its data`,
  });
}
