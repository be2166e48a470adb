import { randomBytes } from 'node:crypto';
import { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import { databaseName, type Service, type ServiceName, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import type { NewService } from '../store/store.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { discardService } from './remove-service.ts';
import { informOf } from './show-services.ts';
import { noWishes, wantedVersion, type Wishes } from './wanted-version.ts';

/** What fails leaves nothing; where slipwayd ends meanwhile, its next start removes it. */
export function createService(kind: KindName): Handler<'postgres:create'> {
  return async (deps, call, { name, ...wishes }) => {
    await refuseTaken(deps, { kind, name });
    const wanted = await wantedVersion(deps, call, { kind, wishes });
    const database = databaseName(name);
    const service = recordService(deps, call, { kind, name, password: wishes.password, database, ...wanted });
    return informOf(deps, await madeWhole(deps, call, { service }), call.signal);
  };
}

/** Another service, as it is but for what is wished, with a password of its own, and what `fill` puts into it. */
export async function copyService(
  deps: Deps,
  call: Call,
  { of, name, wishes = noWishes, seed, fill }: CopyOrder,
): Promise<Service> {
  const { kind } = of;
  await refuseTaken(deps, { kind, name });
  const wanted = await wantedVersion(deps, call, { kind, wishes, like: of });
  // The files of another one have its database, by the name that it has there.
  const database = seed ? of.login.database : databaseName(name);
  const service = recordService(deps, call, { kind, name, password: wishes.password, database, ...wanted });
  return madeWhole(deps, call, { service, seed, fill });
}

export interface CopyOrder {
  readonly of: Service;
  readonly name: string;
  readonly wishes?: Wishes & { readonly password: Secret | null };
  /** Before its first start. */
  readonly seed?: ((copy: Service) => Promise<void>) | undefined;
  /** Once it answers. */
  readonly fill: (copy: Service) => Promise<unknown>;
}

/** What fails leaves nothing of it. */
async function madeWhole(
  deps: Deps,
  { out, signal }: Call,
  { service, seed, fill }: { readonly service: Service } & Partial<Pick<CopyOrder, 'seed' | 'fill'>>,
): Promise<Service> {
  try {
    await seed?.(service);
    out.step(`Starting ${serviceKey(service)}`);
    await deps.services.start(service, signal);
    await deps.reached('service started');
    out.detail('Waiting until it takes requests');
    await deps.services.waitReady(service, signal);
    await fill?.(service);
    deps.store.services.set(service.id, { state: 'ready' });
    return { ...service, state: 'ready' };
  } catch (error) {
    await discardService(deps, service);
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

function recordService(
  deps: Deps,
  { actor }: Call,
  order: Pick<NewService, 'kind' | 'name' | 'image' | 'env' | 'size' | 'options'> & {
    readonly password: Secret | null;
    readonly database: string;
  },
): Service {
  const { password, database, ...service } = order;
  const createdAt = deps.clock.now();
  const { user } = deps.services.kinds[order.kind];
  const login = { user, password: password ?? randomPassword(), adminPassword: randomPassword(), database };
  return deps.store.services.create({ ...service, createdAt, createdBy: actor.name, login });
}

/** Of letters and digits alone, so that it stands in an address as it is. */
function randomPassword(): Secret {
  return new Secret(randomBytes(16).toString('hex'));
}
