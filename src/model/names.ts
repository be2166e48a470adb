import { createHmac } from 'node:crypto';
import type { App } from './app.ts';
import { failure } from './failures.ts';
import type { ServiceName } from './service.ts';

/**
 * Names of everything outside this program: containers, networks, images, labels. All carry the instance's id,
 * so that several instances share a machine without seeing each other, and only our own is ever removed.
 */
export class Names {
  readonly instance: string;
  readonly #tagKey: () => Uint8Array;

  /** `tagKey`: what only this instance knows; without it the tags of images can be guessed. */
  constructor(instance: string, tagKey: () => Uint8Array = () => new Uint8Array()) {
    if (!/^[a-z][a-z0-9]{0,15}$/.test(instance)) {
      throw failure('E_INPUT', `Instance id "${instance}" must be a letter and up to 15 letters or digits`);
    }
    this.instance = instance;
    this.#tagKey = tagKey;
  }

  network(app: string): string {
    return `slipway-${this.instance}-${app}`;
  }

  /** Of one process: `slipway-main-shop.web.1.d42`. */
  container(process: { app: string; type: string; index: number; deploy: number }): string {
    return `slipway-${this.instance}-${process.app}.${process.type}.${process.index}.d${process.deploy}`;
  }

  /** Of a container that runs one command and ends: `slipway-main-shop.release.d42`. */
  task(app: string, purpose: string, id: string): string {
    return `slipway-${this.instance}-${app}.${purpose}.${id}`;
  }

  /** Of a container that a base image is made in: `slipway-main.base.k3jd8s2a`. No app's container begins like it. */
  baseBuild(id: string): string {
    return `slipway-${this.instance}.base.${id}`;
  }

  /** Container and network of a service: `slipway-main.postgres.db`. No app's begin like it. */
  service({ kind, name }: ServiceName): string {
    return `slipway-${this.instance}.${kind}.${name}`;
  }

  /** Where its data lies: `slipway-main.postgres.db.1`. */
  volume(service: ServiceName & { readonly volume: number }): string {
    return `${this.service(service)}.${service.volume}`;
  }

  /** The name of the host that linked apps find it by: `slipway-postgres-db`, on every machine the same. */
  serviceHost({ kind, name }: ServiceName): string {
    return `slipway-${kind}-${name.replaceAll('_', '-')}`;
  }

  /** What the tags of all apps' images begin with. */
  imagesOf(): string {
    return `slipway/${this.instance}/`;
  }

  /**
   * The tag that keeps the image of a deploy. Its second part cannot be guessed: a build takes any image of the machine
   * that it can name, and finds more ways to name one (ONBUILD, variables) than can be looked for.
   */
  image(app: string, deploy: number): string {
    const secret = createHmac('sha256', this.#tagKey()).update(`${app}:${deploy}`).digest('hex');
    return `${this.imagesOf()}${app}:d${deploy}-${secret.slice(0, 24)}`;
  }

  /** The deploy that a tag is of, whatever its app was called then; undefined for another image. */
  deployOfImage(reference: string): number | undefined {
    const deploy = /:d(\d+)(?:-[0-9a-f]+)?$/.exec(reference)?.[1];
    return deploy !== undefined && reference.startsWith(this.imagesOf()) ? Number(deploy) : undefined;
  }

  /**
   * What the ids of an app's caches in BuildKit begin with, which all builds of a machine share. It cannot be guessed, and
   * stays the same when the app is renamed.
   */
  cacheScope({ id, createdAt }: Pick<App, 'id' | 'createdAt'>): string {
    const secret = createHmac('sha256', this.#tagKey()).update(`cache:${id}:${createdAt}`).digest('hex');
    return `slipway-${this.instance}-${secret.slice(0, 24)}`;
  }
}

/** Whether a name is that of an app's image, of whatever instance; no registry has one of this form. */
export function isAppImage(reference: string): boolean {
  return /^slipway\/[^/]+\/[^/]/.test(reference);
}

export const labels = {
  instance: 'slipway.instance',
  /** process, task, network, build or service: what the object is. */
  role: 'slipway.role',
  app: 'slipway.app',
  /** `postgres:db`. */
  service: 'slipway.service',
  release: 'slipway.release',
  deploy: 'slipway.deploy',
  type: 'slipway.type',
  index: 'slipway.index',
  port: 'slipway.port',
  /** Address in the app's network, also while the process is stopped. */
  address: 'slipway.address',
  fingerprint: 'slipway.fingerprint',
  /** On base images only, which all instances of a machine share and which therefore carry no instance: how it was made. */
  base: 'slipway.base',
  recipe: 'slipway.recipe',
  recipeFingerprint: 'slipway.recipe-fingerprint',
} as const;
