import type { InputOf } from '../contract/operations.ts';
import type { Service, ServiceImage } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { splitReference } from '../model/service-version.ts';
import type { Call, Deps } from './deps.ts';

/** What somebody wants to have otherwise than it is by itself; null: nothing said. */
export type Wishes = Omit<InputOf<'postgres:create'>, 'name' | 'password'>;

export const noWishes: Wishes & Pick<InputOf<'postgres:create'>, 'password'> = {
  image: null,
  imageVersion: null,
  memory: null,
  shmSize: null,
  customEnv: null,
  configOptions: null,
  password: null,
};

/** What of a service its commands may choose. */
export type Version = Pick<Service, 'image' | 'env' | 'size' | 'options'>;

/**
 * As wished; what is not is as that of `like`, or as new ones of its kind are. The image is got where it is not here,
 * but that of `like` is left where no other one is wished.
 */
export async function wantedVersion(
  deps: Deps,
  call: Call,
  order: { readonly kind: KindName; readonly wishes: Wishes; readonly like?: Service },
): Promise<Version> {
  const { wishes, like = asNew } = order;
  return {
    image: await wantedImage(deps, call, order),
    env: wishes.customEnv ?? like.env,
    size: { memory: wishes.memory ?? like.size.memory, shm: wishes.shmSize ?? like.size.shm },
    options: wishes.configOptions ?? like.options,
  };
}

const asNew: Omit<Version, 'image'> = { env: {}, size: { memory: null, shm: null }, options: [] };

async function wantedImage(
  deps: Deps,
  { out, signal }: Call,
  { kind, wishes, like }: Parameters<typeof wantedVersion>[2],
): Promise<ServiceImage> {
  const { image: name, imageVersion: version } = wishes;
  if (like && name === null && version === null) return like.image;
  const known = deps.services.kinds[kind];
  const now = like && name === null ? splitReference(like.image.reference) : known;
  const reference = `${name ?? now.image}:${version ?? now.version}`;
  const { id, digest } = await deps.images.ensure(reference, { out, signal });
  return { reference, id, digest };
}
