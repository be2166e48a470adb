import type { FSWatcher } from 'node:fs';
import { messageOf, systemCode } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import { retryUntil } from '../base/retry.ts';
import type { BuildLimit, BuildLimits } from '../model/build-limits.ts';
import { buildImage, type ImageBuild } from '../tools/buildkit-build.ts';
import { stepCommand } from '../tools/buildkit-step.ts';
import {
  type BuildGroups,
  buildGroupsOf,
  killFirst,
  limitWrites,
  makeBuildGroups,
  memoryFailures,
  stepProcesses,
  watchSteps,
  weightWrites,
  writeGroup,
} from '../tools/cgroup.ts';
import { dockerInfo } from '../tools/docker-survey.ts';
import type { Docker } from '../tools/docker.ts';
import { memoryKills, readKernelLog } from '../tools/kernel-log.ts';
import { explainKill } from './memory-kill.ts';
import { stepOwner } from './step-owner.ts';

export interface LimitedBuild extends ImageBuild {
  /** Text of the Dockerfile as it is built. */
  readonly text: string;
  readonly limits: BuildLimits;
}

/** Where Docker runs the steps of builds. */
interface Place {
  readonly groups: BuildGroups;
  readonly dataRoot: string;
}

/** What is seen of a build while it runs. */
interface Watch {
  readonly place: Place;
  readonly watcher: FSWatcher;
  readonly steps: Set<string>;
  readonly failuresBefore: number;
}

/** Builds images with BuildKit within limits, where this machine lets them be set; without where it does not. */
export class LimitedBuilds {
  readonly #docker: Docker;
  readonly #log: Log;
  readonly #root: string;
  #place: Place | undefined;
  #told = false;

  /** `root`: where control groups are mounted. */
  constructor(docker: Docker, log: Log, root = '/sys/fs/cgroup') {
    this.#docker = docker;
    this.#log = log;
    this.#root = root;
  }

  /** As `buildImage`; but throws BuildMemoryError in place of BuildError where the step was killed for want of memory. */
  async build(build: LimitedBuild): Promise<string> {
    const watch = await this.#begin(build);
    try {
      return await buildImage(this.#docker, build);
    } catch (error) {
      throw watch ? await judged(error, build, watch) : error;
    } finally {
      watch?.watcher.close();
    }
  }

  /** Undefined where nothing can be limited, which is logged once and is no failure of the build. */
  async #begin(build: LimitedBuild): Promise<Watch | undefined> {
    try {
      this.#place ??= await placeOf(this.#docker, this.#root);
      return await begin(this.#place, build, (error) => this.#tell(error));
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #tell(error: unknown): void {
    if (!this.#told) this.#log.warn({ problem: messageOf(error) }, 'builds cannot be limited');
    this.#told = true;
  }
}

async function placeOf(docker: Docker, root: string): Promise<Place> {
  const { cgroups, dataRoot } = await dockerInfo(docker);
  return { groups: buildGroupsOf(cgroups, root), dataRoot };
}

async function begin(place: Place, build: LimitedBuild, tell: (error: unknown) => void): Promise<Watch> {
  const { groups } = place;
  await makeBuildGroups(groups);
  if (groups.shared)
    await writeGroup([...limitWrites(groups, '', build.limits.all), ...weightWrites(groups, '')]);
  const steps = new Set<string>();
  const isOwn = stepOwner(build.text);
  const watcher = watchSteps(groups, (id) => {
    void takeStep(place, { id, build, isOwn, steps }).catch(tell);
  });
  watcher.on('error', tell);
  return { place, watcher, steps, failuresBefore: await memoryFailures(groups) };
}

interface Step {
  readonly id: string;
  readonly build: LimitedBuild;
  readonly isOwn: (argv: readonly string[]) => boolean;
  readonly steps: Set<string>;
}

/** Limits a step that has just begun, where it is one of the build's own. */
async function takeStep({ groups, dataRoot }: Place, { id, build, isOwn, steps }: Step): Promise<void> {
  const argv = await stepCommand(dataRoot, id);
  if (argv === undefined || !isOwn(argv)) return;
  steps.add(id);
  const group = groups.prefix + id;
  const limit = stepLimit(build.limits, groups.shared);
  const limited = limit.memory !== null || limit.cpus !== null;
  const writes = limited ? limitWrites(groups, group, limit) : [];
  await ifStillThere(writeGroup(groups.shared ? writes : [...writes, ...weightWrites(groups, group)]));
  await yieldMemory(groups, id);
}

/** Without a group that all steps share, each is held to what all may use. */
function stepLimit({ own, all }: BuildLimits, shared: boolean): BuildLimit {
  if (shared) return own;
  const lower = (a: number | null, b: number | null) =>
    a === null || b === null ? (a ?? b) : Math.min(a, b);
  return { memory: lower(own.memory, all.memory), cpus: lower(own.cpus, all.cpus) };
}

/** A step may be over sooner than it is limited. */
async function ifStillThere(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!['ENOENT', 'ENODEV'].includes(systemCode(error) ?? '')) throw error;
  });
}

/** Milliseconds until the first program is in the group of a step. */
const patience = { firstPause: 5, maxPause: 50, timeout: 1000 };

/** Where the machine runs out of memory, the step is killed and no app: it would inherit dockerd's protection. */
async function yieldMemory(groups: BuildGroups, id: string): Promise<void> {
  const programs = async () => {
    const found = await stepProcesses(groups, id);
    return found.length === 0 ? undefined : found;
  };
  await Promise.all(((await retryUntil(programs, patience)) ?? []).map(killFirst));
}

async function judged(error: unknown, { limits }: LimitedBuild, watch: Watch): Promise<unknown> {
  const limitMet = (await memoryFailures(watch.place.groups)) > watch.failuresBefore;
  return explainKill(error, { steps: watch.steps, kills: memoryKills(readKernelLog()), limitMet, limits });
}
