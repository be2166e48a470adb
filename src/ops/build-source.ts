import type { BuiltImage, BuildRequest } from '../builder/builder.ts';
import type { BuilderName } from '../model/choose-builder.ts';
import { formatMilliseconds } from '../model/duration.ts';
import { failure } from '../model/failures.ts';
import { buildLimitsOf, buildTimeoutOf } from './app-settings.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';

/** What a builder is asked for, besides what holds for every build. */
export interface BuildOrder extends Omit<BuildRequest, 'app' | 'deploy' | 'limits' | 'out' | 'signal'> {
  readonly builder: BuilderName;
}

/**
 * Builds in its turn, within the time and the limits of its app. While it waits it takes no slot of the jobs either:
 * changes of other apps go on. Throws what builders throw, and E_BUILD_TIMEOUT.
 */
export function buildSource(deps: Deps, work: DeployWork, order: BuildOrder): Promise<BuiltImage> {
  const { app, out, signal } = work;
  deps.store.deploys.setBuilder(work.deploy.id, order.builder);
  const waits = (idle: boolean) => deps.lanes.setIdle(app.name, idle);
  return deps.buildQueue.run({ app: app.name, out, signal, waits }, () =>
    work.steps.time('build', () => inTime(deps, work, order)),
  );
}

async function inTime(deps: Deps, work: DeployWork, { builder, ...order }: BuildOrder): Promise<BuiltImage> {
  const { app, deploy, out } = work;
  const milliseconds = buildTimeoutOf(deps, app);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds);
  const signal = AbortSignal.any([work.signal, late.signal]);
  const limits = buildLimitsOf(deps, app);
  try {
    const request = { ...order, app: app.name, deploy: deploy.id, limits, out, signal };
    return await deps.builders[builder].build(request);
  } catch (error) {
    if (!late.signal.aborted || work.signal.aborted) throw error;
    const hint = `make it faster, or allow it more: slipway builds:set ${app.name} timeout SECONDS`;
    const message = `The build took longer than ${formatMilliseconds(milliseconds)} and was stopped`;
    throw failure('E_BUILD_TIMEOUT', message, { hint, cause: error });
  } finally {
    clearTimeout(timer);
  }
}
