import { reveal, Secret } from '../../base/secret.ts';
import { labels, type Names } from '../../model/names.ts';
import { type ProcessSpec, processName } from '../../model/process.ts';
import type { RestartPolicy } from '../../model/restart-policy.ts';
import type { Config } from '../../model/release.ts';
import { confinement, limits, unattended } from '../../tools/confinement.ts';
import type { TaskSpec } from '../engine.ts';

/** Body of `POST /containers/create` for a process. The only place where the values of its secrets are read. */
export function processContainer(spec: ProcessSpec, names: Names, address: string) {
  const network = names.network(spec.app);
  return {
    Image: spec.image,
    ...(spec.command === null ? {} : { Cmd: [...spec.command] }),
    Env: environment(spec.env, {
      ...(spec.port === null ? {} : { PORT: String(spec.port) }),
      DYNO: processName(spec),
    }),
    Hostname: hostname(processName(spec)),
    StopTimeout: spec.stopTimeout,
    ...unattended,
    Labels: {
      ...ownLabels('process', spec, names),
      [labels.release]: String(spec.release),
      [labels.type]: spec.type,
      [labels.index]: String(spec.index),
      ...(spec.port === null ? {} : { [labels.port]: String(spec.port) }),
      [labels.address]: address,
      [labels.fingerprint]: spec.fingerprint,
    },
    HostConfig: {
      ...confinement,
      ...limits(spec),
      NetworkMode: network,
      RestartPolicy: restartPolicy(spec.restartPolicy),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  };
}

/** Body of `POST /containers/create` for a task. Docker gives it an address. */
export function taskContainer(task: TaskSpec, names: Names) {
  const name = `${task.purpose}.1`;
  return {
    Image: task.image,
    Cmd: [...task.command],
    Env: environment(task.env, { DYNO: name }),
    Hostname: hostname(name),
    ...unattended,
    Labels: { ...ownLabels('task', task, names), [labels.type]: task.purpose },
    HostConfig: { ...confinement, NetworkMode: names.network(task.app), RestartPolicy: { Name: 'no' } },
  };
}

/**
 * `unless-stopped` is Docker's `always`: what we stop we remove, and a Docker that was killed takes the processes that it
 * finds at its start for stopped by hand.
 */
function restartPolicy(policy: RestartPolicy) {
  if (policy === 'unless-stopped') return { Name: 'always' };
  const [Name = '', times] = policy.split(':');
  return { Name, ...(times === undefined ? {} : { MaximumRetryCount: Number(times) }) };
}

/** The config in the environment that `processContainer` made; `image`: the environment that its image gives. */
export function configIn(all: readonly string[], image: readonly string[]): Config {
  const theirs = new Set(image);
  const entries = all.filter((entry) => !theirs.has(entry)).map(splitEntry);
  return Object.fromEntries(
    entries.filter(([name]) => !ours.has(name)).map(([name, value]) => [name, new Secret(value)]),
  );
}

/** Names of what a process finds beside its config. */
const ours: ReadonlySet<string> = new Set(['PORT', 'DYNO', 'GIT_REV', 'TINI_KILL_PROCESS_GROUP']);

function splitEntry(entry: string): readonly [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function environment(env: ProcessSpec['env'], own: Readonly<Record<string, string>>): string[] {
  // Docker's init (tini) then passes SIGTERM to the whole process group, so that a shell's child hears it too.
  const all = { ...env, ...own, TINI_KILL_PROCESS_GROUP: '1' };
  return Object.entries(all).map(([name, value]) => `${name}=${reveal(value)}`);
}

function ownLabels(role: string, of: { readonly app: string; readonly deploy: number }, names: Names) {
  return {
    [labels.instance]: names.instance,
    [labels.role]: role,
    [labels.app]: of.app,
    [labels.deploy]: String(of.deploy),
  };
}

/** Linux takes 64 characters. */
function hostname(name: string): string {
  return name.slice(0, 63);
}
