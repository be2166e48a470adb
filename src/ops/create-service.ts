import { randomBytes } from 'node:crypto';
import { Secret } from '../base/secret.ts';
import type { InputOf } from '../contract/operations.ts';
import { failure } from '../model/failures.ts';
import {
  databaseName,
  type Service,
  type ServiceLogin,
  type ServiceName,
  serviceKey,
} from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { removeService } from './remove-service.ts';
import { informOf } from './show-services.ts';

type Wishes = InputOf<'postgres:create'>;

/** What fails leaves nothing; where slipwayd ends meanwhile, its next start removes it. */
export function createService(kind: KindName): Handler<'postgres:create'> {
  return async (deps, call, input) => {
    const name = { kind, name: input.name };
    await refuseTaken(deps, name);
    const service = await recordService(deps, call, { ...input, ...name });
    try {
      call.out.step(`Starting ${serviceKey(service)}`);
      await deps.services.start(service, call.signal);
      await deps.reached('service started');
      call.out.detail('Waiting until it takes requests');
      await deps.services.waitReady(service, call.signal);
      deps.store.services.set(service.id, { state: 'ready' });
    } catch (error) {
      await removeService(deps, service);
      throw error;
    }
    return informOf(deps, { ...service, state: 'ready' }, call.signal);
  };
}

/** A new service of the same image, size and options, with a password of its own; it answers, and is still in the making. */
export async function copyOfService(
  deps: Deps,
  { out, signal, actor }: Call,
  { service, name }: { readonly service: Service; readonly name: string },
): Promise<Service> {
  await refuseTaken(deps, { kind: service.kind, name });
  const { kind, image, env, size, options } = service;
  const copy = deps.store.services.create({
    kind,
    name,
    image,
    env,
    size,
    options,
    createdAt: deps.clock.now(),
    createdBy: actor.name,
    login: newLogin(deps, { kind, name }, null),
  });
  try {
    out.step(`Starting ${serviceKey(copy)}`);
    await deps.services.start(copy, signal);
    await deps.services.waitReady(copy, signal);
    return copy;
  } catch (error) {
    await removeService(deps, copy);
    throw error;
  }
}

/** Throws E_EXISTS for a name that a service has, and for one whose data is still here. */
async function refuseTaken(deps: Deps, service: ServiceName): Promise<void> {
  const key = serviceKey(service);
  const host = deps.names.serviceHost(service);
  const other = deps.store.services.all(service.kind).find((one) => deps.names.serviceHost(one) === host);
  if (other)
    throw failure('E_EXISTS', `${serviceKey(other)} is there already`, { hint: 'choose another name' });
  const left = (await deps.services.list()).map(serviceKey);
  if (left.includes(key))
    throw failure('E_EXISTS', `Containers or data of a ${key} that nobody knows are still here`, {
      hint: `choose another name, or, if it is not needed: docker volume rm ${deps.names.volume({ ...service, volume: 1 })}`,
    });
}

async function recordService(deps: Deps, call: Call, wishes: Wishes & ServiceName): Promise<Service> {
  const { kind, name, memory, shmSize: shm, customEnv, configOptions, password } = wishes;
  const known = deps.services.kinds[kind];
  const reference = `${wishes.image ?? known.image}:${wishes.imageVersion ?? known.version}`;
  const { out, signal } = call;
  const { id, digest } = await deps.images.ensure(reference, { out, signal });
  return deps.store.services.create({
    kind,
    name,
    createdAt: deps.clock.now(),
    createdBy: call.actor.name,
    image: { reference, id, digest },
    login: newLogin(deps, wishes, password),
    env: customEnv ?? {},
    size: { memory, shm },
    options: configOptions ?? [],
  });
}

function newLogin({ services }: Deps, { kind, name }: ServiceName, password: Secret | null): ServiceLogin {
  return {
    user: services.kinds[kind].user,
    password: password ?? randomPassword(),
    adminPassword: randomPassword(),
    database: databaseName(name),
  };
}

/** Of letters and digits alone, so that it stands in an address as it is. */
function randomPassword(): Secret {
  return new Secret(randomBytes(16).toString('hex'));
}
