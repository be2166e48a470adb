import { own } from '../base/own.ts';
import { createHash } from 'node:crypto';
import { reveal, type Secret } from '../base/secret.ts';
import { skippedCheck } from './check-mode.ts';
import type { ProcessSpec, RunningProcess } from './process.ts';
import type { Release } from './release.ts';
import { defaultRestartPolicy } from './restart-policy.ts';
import { startCommand } from './start-command.ts';

/** The port that a process is told to listen on when neither its config nor its image names one. */
const defaultPort = 5000;

/** All processes that a release consists of, as a deploy would start them. */
export function wantedProcesses(release: Release, deploy: number): readonly ProcessSpec[] {
  return Object.entries(release.formation).flatMap(([type, size]) =>
    Array.from({ length: size.count }, (_, at) => processSpec(release, { type, index: at + 1, deploy })),
  );
}

function processSpec(release: Release, which: Pick<ProcessSpec, 'type' | 'index' | 'deploy'>): ProcessSpec {
  const entry = own(release.processes, which.type);
  const size = own(release.formation, which.type);
  if (!entry || !size) throw new Error(`release v${release.number} has no process type ${which.type}`);
  const port = which.type === 'web' ? webPort(release) : null;
  const what = {
    image: release.image.id,
    command: entry.command === null ? null : startCommand(entry.command),
    env: processEnv(release),
    port,
    memory: size.memory,
    cpus: size.cpus,
    stopTimeout: release.stopTimeout,
    restartPolicy: release.restartPolicy,
  };
  return {
    app: release.app,
    release: release.number,
    ...which,
    ...what,
    check: entry.checks === 'skipped' ? skippedCheck(entry.check) : entry.check,
    fingerprint: fingerprint(what),
  };
}

/** What every container of a release finds in its environment, before the engine adds PORT and DYNO. */
export function processEnv(release: Release): Readonly<Record<string, Secret | string>> {
  const { revision, revisionVariable } = release;
  return { ...(revision === null ? {} : { [revisionVariable]: revision }), ...release.config };
}

/** Where `web` is expected to listen: the config's PORT, else the lowest port that the image exposes, else 5000. */
export function webPort(release: Release): number {
  const set = release.config['PORT'];
  const port = set === undefined ? Number.NaN : Number(set.reveal());
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  return release.image.ports[0] ?? defaultPort;
}

function fingerprint(
  what: Pick<
    ProcessSpec,
    'image' | 'command' | 'env' | 'port' | 'memory' | 'cpus' | 'stopTimeout' | 'restartPolicy'
  >,
): string {
  const { restartPolicy, ...rest } = what;
  // One that is not set leaves the fingerprint as it was before there was such a setting.
  const policy = restartPolicy === defaultRestartPolicy ? {} : { restartPolicy };
  const env = Object.entries(what.env)
    .map(([key, value]) => [key, reveal(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, ...policy, env }))
    .digest('hex')
    .slice(0, 32);
}

export interface ProcessChange {
  /** Run already and are as wanted. */
  readonly keep: readonly RunningProcess[];
  readonly start: readonly ProcessSpec[];
  /** Have no place in what is wanted. */
  readonly retire: readonly RunningProcess[];
}

/**
 * What to start and what to retire so that exactly the wanted processes run. A running process with the same name and
 * fingerprint stays, unless `fresh` asks for new ones of its type (ps:restart).
 */
export function planChange(
  wanted: readonly ProcessSpec[],
  present: readonly RunningProcess[],
  fresh: (type: string) => boolean = () => false,
): ProcessChange {
  const keep = new Map<ProcessSpec, RunningProcess>();
  for (const spec of wanted) {
    const same = present.find((process) => fits(process, spec) && !fresh(spec.type));
    if (same) keep.set(spec, same);
  }
  const kept = new Set(keep.values());
  return {
    keep: [...kept],
    start: wanted.filter((spec) => !keep.has(spec)),
    retire: present.filter((process) => !kept.has(process)),
  };
}

function fits(process: RunningProcess, spec: ProcessSpec): boolean {
  return (
    process.state === 'running' &&
    process.type === spec.type &&
    process.index === spec.index &&
    process.fingerprint === spec.fingerprint
  );
}
