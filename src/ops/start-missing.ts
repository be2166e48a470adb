import { Failure } from '../base/failure.ts';
import type { App } from '../model/app.ts';
import { silent } from '../model/line.ts';
import type { ProcessChange } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { ProcessSpec, RunningProcess } from '../model/process.ts';
import type { Release } from '../model/release.ts';
import type { Deps } from './deps.ts';
import { joinedNetworks } from './joined-networks.ts';
import { retire, retireLater } from './retire.ts';
import { keptMessage, ownJob, runJob } from './run-job.ts';

export interface Missing {
  readonly release: Release;
  readonly change: ProcessChange;
}

/** Nobody is there to cancel it. */
const { signal } = new AbortController();

/**
 * Starts processes of the current release that are gone, as a deploy of their own in the app's lane, and retires what
 * has no place. Those that are there serve meanwhile.
 */
export async function startMissing(deps: Deps, app: App, missing: Missing): Promise<void> {
  const job = ownJob(app.name, 'recover', 'background');
  await runJob(deps, job, async () => {
    const createdAt = deps.clock.now();
    const { actor } = job;
    const { id } = deps.store.deploys.create(app, { kind: 'start', subject: 'recover', actor, createdAt });
    deps.store.deploys.start(id, createdAt);
    deps.store.deploys.setRelease(id, missing.release.number);
    await retire(deps, { app: app.name, processes: endingFirst(missing) });
    const problem = await startAndRoute(deps, { app, deploy: id }, missing).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    endDeploy(deps, id, problem);
  });
  await retireLater(deps, { app: app.name, processes: missing.change.retire });
}

/** What must be gone before its successors start. */
function endingFirst({ release, change }: Missing): readonly RunningProcess[] {
  return change.retire.filter(({ type }) => release.processes[type]?.checks === 'disabled');
}

/**
 * Routes to each as soon as it is healthy. One that does not get so in its time is kept and routed to all the same: the
 * engine restarts it, and there is nothing else to go back to. Throws what the first such one failed with.
 */
async function startAndRoute(
  deps: Deps,
  { app, deploy }: { readonly app: App; readonly deploy: number },
  { release, change }: Missing,
): Promise<void> {
  const specs = change.start.map((spec) => ({ ...spec, deploy }));
  const started = await deps.engine.start(specs, signal, joinedNetworks(deps, app));
  const live = [...change.keep];
  const follow = async (spec: ProcessSpec, at: number) => {
    const process = started[at];
    if (!process) throw new Error(`the engine did not start ${spec.type}.${spec.index}`);
    try {
      await deps.engine.waitHealthy(process, spec, { out: silent, signal });
    } finally {
      live.push(process);
      await deps.routes.set(planRoute(release.app, release.domains, live));
    }
  };
  const ends = await Promise.allSettled(specs.map(follow));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

function endDeploy(deps: Deps, id: number, problem: { readonly error: unknown } | null): void {
  const code = problem?.error instanceof Failure ? problem.error.code : 'E_INTERNAL';
  deps.store.deploys.finish(id, {
    state: problem ? 'failed' : 'succeeded',
    at: deps.clock.now(),
    failure: problem && { code, message: keptMessage(problem.error) },
    steps: [],
  });
  if (problem) deps.log.error({ deploy: id, err: problem.error }, 'could not start what is missing');
}
