import { isoTimeOrNull } from '../base/clock.ts';
import { messageOf } from '../base/failure.ts';
import { mapParallel } from '../base/parallel.ts';
import { failure } from '../model/failures.ts';
import type { RunningProcess } from '../model/process.ts';
import type { Config } from '../model/release.ts';
import type { Store } from '../store/store.ts';
import { adoptRunning } from './adopt-running.ts';
import type { Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { recover } from './recover.ts';

/** Looks first at what runs: without that it changes nothing. */
export const recoverServer: Handler<'server:recover'> = async (deps, call) => {
  refuseWhole(deps);
  refuseBusy(deps);
  const processes = await deps.engine.list();
  const running = {
    processes,
    configs: await configsOf(deps, processes),
    served: (await deps.routes.router.facts()).served,
    keys: await deps.doors.admitted(),
    lastDeploy: await deps.deployOutputs.last(),
    lastJob: await deps.jobOutputs.last(),
    at: deps.clock.now(),
  };
  // What looked all right may have begun meanwhile, and another recovery may be over.
  refuseWhole(deps);
  refuseBusy(deps);
  const notes: string[] = [];
  const edit = (store: Store) => {
    notes.push(...adoptRunning(store, running));
    forgetJobs(store, running.at);
    store.services.forgetFilling();
  };
  const { from, setAside, passedOver } = deps.storeFile.restore(edit);
  for (const { copy, why } of passedOver) call.out.warning(`${copy.path} cannot be used: ${why.message}`);
  if (deps.storeFile.problem) throw deps.storeFile.problem;
  await deps.doors.admit(deps.store.keys.all());
  await takeUp(deps);
  return { copy: from?.path ?? null, takenAt: isoTimeOrNull(from?.at ?? null), setAside, notes };
};

/** What a copy says is still to be done may have been done since. */
function forgetJobs({ jobs }: Store, at: number): void {
  const failure = { code: 'E_CANCELLED', message: 'the store was recovered from a copy' };
  for (const { id } of jobs.unfinished()) jobs.finish(id, { state: 'cancelled', at, failure });
}

async function configsOf(
  deps: Deps,
  processes: readonly RunningProcess[],
): Promise<ReadonlyMap<string, Config>> {
  const oldestFirst = processes.toSorted((a, b) => a.release - b.release || a.deploy - b.deploy);
  const newest = new Map(oldestFirst.map((process) => [process.app, process]));
  return new Map(
    await mapParallel([...newest.values()], atOnce, async (process) => {
      const config = await deps.engine.configOf(process);
      return [process.app, config] as const;
    }),
  );
}

/** Processes that the engine is asked of at the same time. */
const atOnce = 20;

/** The store is whole from here on: what fails now is another thing than it was. */
async function takeUp(deps: Deps): Promise<void> {
  try {
    await recover(deps);
    deps.startup.problem = null;
  } catch (cause) {
    const message = `The store is whole again, but slipwayd could not go on with it: ${messageOf(cause)}`;
    deps.startup.problem = failure('E_BUSY', message, { hint: 'restart slipwayd', cause });
    throw deps.startup.problem;
  }
}

/** A store that opens may have been damaged since. */
function refuseWhole({ storeFile, store }: Deps): void {
  if (storeFile.problem || isDamaged(store)) return;
  throw failure('E_INPUT', 'The store is whole: there is nothing to recover', {
    hint: 'slipway doctor shows what else may be wrong',
  });
}

function isDamaged(store: Store): boolean {
  try {
    return store.check().length > 0;
  } catch {
    // It cannot even be looked through.
    return true;
  }
}

function refuseBusy({ lanes }: Deps): void {
  const { first } = lanes;
  if (first !== undefined) throw failure('E_BUSY', `${first} is under way`, { hint: 'slipway jobs' });
}
