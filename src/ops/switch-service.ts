import { type Service, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { loadService } from './load-service.ts';

export function startService(kind: KindName): Handler<'postgres:start'> {
  return async (deps, call, { name }) => {
    const service = loadService(deps, { kind, name });
    const { state } = await deps.services.standing(service);
    deps.store.services.set(service.id, { stopped: false });
    await bringUp(deps, call, service);
    return { changed: service.stopped || state !== 'running' };
  };
}

/** The wish is kept first: where slipwayd ends meanwhile, it is not started again. */
export function stopService(kind: KindName): Handler<'postgres:stop'> {
  return async (deps, call, { name }) => {
    const service = loadService(deps, { kind, name });
    const { state } = await deps.services.standing(service);
    call.out.step(`Stopping ${serviceKey(service)}`);
    deps.store.services.set(service.id, { stopped: true });
    await deps.services.stop(service);
    return { changed: !service.stopped || state !== 'stopped' };
  };
}

export function restartService(kind: KindName): Handler<'postgres:restart'> {
  return async (deps, call, { name }) => {
    const service = loadService(deps, { kind, name });
    call.out.step(`Stopping ${serviceKey(service)}`);
    deps.store.services.set(service.id, { stopped: false });
    await deps.services.stop(service);
    await bringUp(deps, call, service);
    return { changed: true };
  };
}

async function bringUp(deps: Deps, { out, signal }: Call, service: Service): Promise<void> {
  out.step(`Starting ${serviceKey(service)}`);
  await deps.services.start(service, signal);
  await deps.services.waitReady(service, signal);
  out.detail('It takes requests');
}
