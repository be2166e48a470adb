import { type RunningProcess, processName } from '../process.ts';
import type { Deploy } from '../deploy.ts';
import type { AppWish } from './app-wish.ts';
import { counted } from '../counted.ts';
import type { EngineFacts } from './facts.ts';
import { areaOf, type Finding, problemsOr } from './finding.ts';

/** A process that was started again so often fails again and again. */
const manyRestarts = 5;

/** Milliseconds that a deploy may last before somebody should look at it. */
const longDeploy = 3_600_000;

/** Whether each process of each live release runs, and keeps running. Apps that are being changed are left out. */
export function judgeProcesses(
  wishes: readonly AppWish[],
  present: readonly RunningProcess[],
  restarts: ReadonlyMap<string, number>,
): readonly Finding[] {
  const byApp = Map.groupBy(present, ({ app }) => app);
  const settled = wishes.filter(({ busy }) => !busy);
  const problems = settled.flatMap((wish) =>
    wish.processes.flatMap((spec) => judgeProcess(wish.app, spec, { all: byApp.get(wish.app), restarts })),
  );
  const count = settled.reduce((sum, { processes }) => sum + processes.length, 0);
  const well = `${counted(count, 'process', 'processes')} of ${counted(settled.length, 'app')} ${count === 1 ? 'runs' : 'run'}`;
  return problemsOr(problems, areaOf('Processes').ok(well));
}

function judgeProcess(
  app: string,
  spec: AppWish['processes'][number],
  { all = [], restarts }: { all: readonly RunningProcess[] | undefined; restarts: EngineFacts['restarts'] },
): readonly Finding[] {
  const processes = areaOf('Processes');
  const name = processName(spec);
  const same = all.filter((one) => processName(one) === name && one.fingerprint === spec.fingerprint);
  const found = same.find(({ state }) => state === 'running') ?? same[0];
  if (!found) return [processes.broken(`${name} of ${app} is not there`, `slipway ps:restart ${app}`)];
  const fix = `slipway logs ${app} --ps ${name} says why`;
  if (found.state !== 'running') return [processes.broken(`${name} of ${app}: ${found.state}`, fix)];
  const count = restarts.get(found.id) ?? 0;
  return count < manyRestarts
    ? []
    : [processes.warning(`${name} of ${app} was started again ${count} times`, fix)];
}

/** What this instance has in the engine for apps that are not there, and deploys that do not end. */
export function judgeLeftovers(
  facts: Pick<EngineFacts, 'containers' | 'networks' | 'tags'>,
  apps: ReadonlySet<string>,
): readonly Finding[] {
  const leftovers = areaOf('Leftovers');
  const stray = (app: string | null) => app === null || !apps.has(app);
  const problems = [
    ...facts.containers
      .filter(({ app }) => stray(app))
      .map(({ name }) =>
        leftovers.warning(`The container ${name} belongs to no app`, `docker rm -f ${name}`),
      ),
    ...facts.networks
      .filter(({ app, ours }) => ours && stray(app))
      .map(({ name }) =>
        leftovers.warning(`The network ${name} belongs to no app`, `docker network rm ${name}`),
      ),
    ...facts.tags
      .filter(({ app }) => stray(app))
      .map(({ tag }) => leftovers.warning(`The image ${tag} belongs to no app`, `docker rmi ${tag}`)),
  ];
  return problemsOr(problems, leftovers.ok('none'));
}

/** Deploys that began long ago and have no end. */
export function judgeDeploys(unfinished: readonly Deploy[], now: number): readonly Finding[] {
  const deploys = areaOf('Deploys');
  const long = unfinished.filter(({ startedAt }) => startedAt !== null && now - startedAt > longDeploy);
  const problems = long.map(({ id, app }) =>
    deploys.warning(`Deploy ${id} of ${app} is under way for over an hour`, `slipway deploys:cancel ${app}`),
  );
  return problemsOr(problems, deploys.ok(`${unfinished.length} under way`));
}
