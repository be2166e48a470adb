import { type Service, serviceKey } from '../model/service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { answering, refuseNewer } from './run-service.ts';

export const startService: Handler<'postgres:start'> = async (deps, call) => {
  const service = serviceOf(call);
  const { state } = await deps.services.standing(service);
  deps.store.services.set(service.id, { stopped: false });
  await bringUp(deps, call, service);
  return { changed: service.stopped || state !== 'running' };
};

/** The wish is kept first: where slipwayd ends meanwhile, it is not started again. */
export const stopService: Handler<'postgres:stop'> = async (deps, call) => {
  const service = serviceOf(call);
  const { state } = await deps.services.standing(service);
  call.out.step(`Stopping ${serviceKey(service)}`);
  deps.store.services.set(service.id, { stopped: true });
  await deps.services.stop(service);
  return { changed: !service.stopped || state !== 'stopped' };
};

export const restartService: Handler<'postgres:restart'> = async (deps, call) => {
  const service = serviceOf(call);
  await refuseNewer(deps, service);
  call.out.step(`Stopping ${serviceKey(service)}`);
  deps.store.services.set(service.id, { stopped: false });
  await deps.services.stop(service);
  await bringUp(deps, call, service);
  return { changed: true };
};

async function bringUp(deps: Deps, call: Call, service: Service): Promise<void> {
  await answering(deps, call, service);
  call.out.detail('It takes requests');
}
