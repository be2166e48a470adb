import { failure } from '../model/failures.ts';
import { countProblems } from '../model/judge-backup.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { warnOfRest } from './beyond-dump.ts';
import { copyService } from './create-service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { countsOf } from './make-backup.ts';
import { dumpOf, noDump, restoreFrom } from './move-data.ts';
import { informOf } from './show-services.ts';

/** The other one is only read, and runs on. */
export const cloneService: Handler<'postgres:clone'> = async (
  deps,
  call,
  { name: _name, into, ...wishes },
) => {
  const service = serviceOf(call);
  if (!deps.services.kinds[service.kind].dump) throw noDump(service.kind);
  const fill = (copy: Service) => copyData(deps, call, { from: service, to: copy });
  const copy = await copyService(deps, call, { of: service, name: into, wishes, fill });
  return informOf(deps, copy, call.signal);
};

/** Piece by piece from one into the other. */
async function copyData(
  deps: Deps,
  { out, signal }: Call,
  { from, to }: { readonly from: Service; readonly to: Service },
): Promise<void> {
  await warnOfRest(deps, { service: from, out, signal });
  out.step(`Copying the data of ${serviceKey(from)}`);
  const before = await countsOf(deps, from, signal);
  const source = dumpOf(deps, from, signal);
  const bytes = await restoreFrom(deps, to, { source, signal, out });
  const after = await countsOf(deps, from, signal);
  const problems = countProblems(before && after && { before, after }, await countsOf(deps, to, signal));
  if (problems.length > 0)
    throw failure('E_SERVICE_RESTORE', `${serviceKey(to)} did not get all of the data`, { detail: problems });
  out.detail(`${bytes} bytes were copied`);
}
