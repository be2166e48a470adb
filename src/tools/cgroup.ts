import { type FSWatcher, watch } from 'node:fs';
import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../base/failure.ts';

/*
 * The control groups that the steps of BuildKit run in. All writing to control groups is here; which file gets what is
 * decided by pure functions. Control groups, version 1 and 2: Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of
 * Linux. Where Docker puts the steps: builder/builder-next/executor_unix.go and cmd/dockerd/daemon_unix.go of moby.
 */

/** How Docker uses control groups, as `GET /info` says. */
export interface CgroupFacts {
  readonly version: '1' | '2';
  readonly driver: 'cgroupfs' | 'systemd';
}

/** Where the groups of build steps are. */
export interface BuildGroups {
  readonly version: '1' | '2';
  /** The folders that the groups of steps are made in: version 1 has one for each controller. */
  readonly memory: string;
  readonly cpu: string;
  readonly io: string;
  /** What stands before the id of a step in the name of its group. */
  readonly prefix: string;
  /** Whether the folders hold groups of build steps and nothing else, so that one limit can hold for all of them. */
  readonly shared: boolean;
}

/** `root`: where control groups are mounted. */
export function buildGroupsOf({ version, driver }: CgroupFacts, root = '/sys/fs/cgroup'): BuildGroups {
  const shared = driver === 'cgroupfs';
  // The driver systemd is not told to runc, which takes "system.slice:docker:ID" for a path below dockerd's own group
  // (version 1) or beside it (version 2).
  const beside = version === '1' ? 'system.slice/docker.service' : 'system.slice';
  const parent = shared ? 'docker/buildkit' : beside;
  const prefix = shared ? '' : 'system.slice:docker:';
  const at = (controller: string) => join(root, version === '1' ? controller : '', parent);
  return { version, memory: at('memory'), cpu: at('cpu'), io: at('blkio'), prefix, shared };
}

/** What a group may use; null: no limit. */
export interface GroupLimit {
  /** Bytes, swap included. */
  readonly memory: number | null;
  /** Cores, such as 0.5. */
  readonly cpus: number | null;
}

/** One file of a control group and what is written to it. */
export interface GroupWrite {
  readonly path: string;
  readonly value: string;
  /** False where it may fail: a kernel without that controller, or an order that the old value does not allow. */
  readonly needed: boolean;
}

/** Microseconds that a quota of processor time is for. */
const period = 100_000;

/** What limits a group, in the order of writing. `group`: the name of a step's group; empty: that of all of them. */
export function limitWrites(groups: BuildGroups, group: string, limit: GroupLimit): readonly GroupWrite[] {
  return groups.version === '1' ? firstLimits(groups, group, limit) : secondLimits(groups, group, limit);
}

function firstLimits({ memory, cpu }: BuildGroups, group: string, limit: GroupLimit): readonly GroupWrite[] {
  const bytes = String(limit.memory ?? -1);
  const ram = { path: join(memory, group, 'memory.limit_in_bytes'), value: bytes };
  const both = { path: join(memory, group, 'memory.memsw.limit_in_bytes'), value: bytes, needed: false };
  const quota = limit.cpus === null ? -1 : Math.round(limit.cpus * period);
  return [
    // Memory may never be above memory and swap together: one of the two orders fails, going up or going down.
    { ...ram, needed: false },
    both,
    { ...ram, needed: true },
    { path: join(cpu, group, 'cpu.cfs_period_us'), value: String(period), needed: false },
    { path: join(cpu, group, 'cpu.cfs_quota_us'), value: String(quota), needed: limit.cpus !== null },
  ];
}

function secondLimits({ memory, cpu }: BuildGroups, group: string, limit: GroupLimit): readonly GroupWrite[] {
  const quota = limit.cpus === null ? 'max' : Math.round(limit.cpus * period);
  const swap = limit.memory === null ? 'max' : '0';
  return [
    { path: join(memory, group, 'memory.max'), value: String(limit.memory ?? 'max'), needed: true },
    { path: join(memory, group, 'memory.swap.max'), value: swap, needed: false },
    { path: join(cpu, group, 'cpu.max'), value: `${quota} ${period}`, needed: limit.cpus !== null },
  ];
}

/** What makes a group stand back behind all others while processor and disk are short. */
export function weightWrites({ version, cpu, io }: BuildGroups, group: string): readonly GroupWrite[] {
  // A tenth of what every container has by default: 1024 shares, or a weight of 100; of the disk 500 or 100.
  const values =
    version === '1'
      ? {
          [join(cpu, group, 'cpu.shares')]: '102',
          [join(io, group, 'blkio.bfq.weight')]: '10',
          [join(io, group, 'blkio.weight')]: '50',
        }
      : {
          [join(cpu, group, 'cpu.weight')]: '10',
          [join(io, group, 'io.bfq.weight')]: '10',
          [join(io, group, 'io.weight')]: 'default 10',
        };
  return Object.entries(values).map(([path, value]) => ({ path, value, needed: false }));
}

/** Writes all of it. Throws what the system says of one that is needed; a limit below what is in use now is left as it was. */
export async function writeGroup(writes: readonly GroupWrite[]): Promise<void> {
  for (const { path, value, needed } of writes) {
    try {
      // No file may be made where the kernel has none.
      await writeFile(path, value, { flag: 'r+' });
    } catch (error) {
      if (needed && systemCode(error) !== 'EBUSY') throw error;
    }
  }
}

/** Makes the folders that groups of steps are made in, where they are not there. Throws what the system says. */
export async function makeBuildGroups(groups: BuildGroups): Promise<void> {
  const { version, memory, cpu, io, shared } = groups;
  if (!shared) return;
  for (const folder of new Set([memory, cpu, io])) {
    const made = await makeGroup(folder).catch((error: unknown) => {
      if (folder === memory) throw error;
    });
    if (version === '2' && made) await handDown(folder);
  }
}

/** With the one above it; says whether it was not there. Not by `recursive`, which never ends below /proc and /sys. */
async function makeGroup(folder: string): Promise<boolean> {
  for (const each of [dirname(folder), folder]) {
    try {
      await mkdir(each);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      if (each === folder) return false;
    }
  }
  return true;
}

/** Version 2: a group has the files of those controllers that each group above it hands down. */
async function handDown(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const above of [dirname(parent), parent])
    for (const controller of ['memory', 'cpu', 'io'])
      await writeGroup([
        { path: join(above, 'cgroup.subtree_control'), value: `+${controller}`, needed: false },
      ]);
}

/** Why builds cannot be limited on this machine, in the system's words; null: they can. Changes nothing. */
export async function buildGroupsProblem({ memory, shared }: BuildGroups): Promise<string | null> {
  const folder = shared ? await nearestFolder(memory) : memory;
  const code = await errorOf(access(folder, constants.W_OK));
  return code === undefined ? null : `${folder} cannot be written to (${code})`;
}

/** The folder itself, or the nearest above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const code = await errorOf(access(folder, constants.F_OK));
  return code === 'ENOENT' && folder !== '/' ? nearestFolder(dirname(folder)) : folder;
}

async function errorOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => systemCode(error) ?? 'unknown',
  );
}

/** Tells the id of each step that begins from now on, as soon as its group is there, until `close`. Throws what the system says. */
export function watchSteps({ memory, prefix }: BuildGroups, onStep: (id: string) => void): FSWatcher {
  const seen = new Set<string>();
  return watch(memory, (_event, name) => {
    // It is told too when a group goes.
    if (name === null || !name.startsWith(prefix) || seen.has(name)) return;
    seen.add(name);
    onStep(name.slice(prefix.length));
  });
}

/** The programs in the group of a step; none where it is gone. */
export async function stepProcesses({ memory, prefix }: BuildGroups, id: string): Promise<readonly number[]> {
  const text = await readFile(join(memory, prefix + id, 'cgroup.procs'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Lets the kernel choose a program before others when the machine runs out of memory: proc(5), oom_score_adj. */
export async function killFirst(pid: number): Promise<void> {
  await writeGroup([{ path: `/proc/${pid}/oom_score_adj`, value: '800', needed: false }]);
}

/**
 * How often all builds together met their limit of memory; 0 where the kernel does not tell. Version 1 counts what was
 * freed again too, version 2 only programs that were killed.
 */
export async function memoryFailures({ version, memory, shared }: BuildGroups): Promise<number> {
  if (!shared) return 0;
  const file = version === '1' ? 'memory.failcnt' : 'memory.events';
  const text = await readFile(join(memory, file), 'utf8').catch(() => '');
  return Number(version === '1' ? text : (/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0));
}
