import { labels } from '../../model/names.ts';
import type { ProcessSpec, RunningProcess } from '../../model/process.ts';
import type { ContainerSummary } from '../../tools/docker-containers.ts';

/** A process as one row of Docker's list shows it; `startedAt` is when its container was made. */
export function processOfRow(row: ContainerSummary): RunningProcess {
  const label = (name: string) => row.Labels[name] ?? '';
  const port = label(labels.port);
  return {
    id: row.Id,
    app: label(labels.app),
    release: Number(label(labels.release)),
    type: label(labels.type),
    index: Number(label(labels.index)),
    deploy: Number(label(labels.deploy)),
    fingerprint: label(labels.fingerprint),
    address: label(labels.address),
    port: port === '' ? null : Number(port),
    state: stateOf(row.State),
    startedAt: row.Created * 1000,
    exitCode: exitCodeOf(row.Status),
  };
}

/** A process that was started a moment ago. */
export function startedProcess(spec: ProcessSpec, id: string, address: string): RunningProcess {
  const { app, release, type, index, deploy, fingerprint, port } = spec;
  const named = { id, app, release, type, index, deploy, fingerprint, address, port };
  return { ...named, state: 'running', startedAt: Date.now(), exitCode: null };
}

/** Docker's words are created, running, paused, restarting, removing, exited, dead. */
function stateOf(state: string): RunningProcess['state'] {
  if (state === 'running' || state === 'paused') return 'running';
  return state === 'restarting' ? 'restarting' : 'exited';
}

/** `Exited (3) 2 minutes ago`, `Restarting (1) 4 seconds ago`: asking Docker for each one would cost a call a container. */
function exitCodeOf(status: string): number | null {
  const code = /^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1];
  return code === undefined ? null : Number(code);
}
