import { failure } from './failures.ts';

/**
 * Names of everything outside this program: containers, networks, images, labels. All carry the instance's id,
 * so that several instances share a machine without seeing each other, and only our own is ever removed.
 */
export class Names {
  readonly instance: string;

  constructor(instance: string) {
    if (!/^[a-z][a-z0-9]{0,15}$/.test(instance)) {
      throw failure('E_INPUT', `Instance id "${instance}" must be a letter and up to 15 letters or digits`);
    }
    this.instance = instance;
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

  /** What the tags of all apps' images begin with. */
  imagesOf(): string {
    return `slipway/${this.instance}/`;
  }

  /** The tag that keeps the image of a deploy. */
  image(app: string, deploy: number): string {
    return `${this.imagesOf()}${app}:d${deploy}`;
  }

  /** The deploy whose image a tag keeps, whatever its app was called then; undefined for another instance's tag. */
  deployOfImage(reference: string): number | undefined {
    const id = reference.startsWith(this.imagesOf()) ? /:d(\d+)$/.exec(reference)?.[1] : undefined;
    return id === undefined ? undefined : Number(id);
  }
}

/** Whether a name is that of an app's image, of whatever instance; no registry has one of this form. */
export function isAppImage(reference: string): boolean {
  return /^slipway\/[^/]+\/[^/]/.test(reference);
}

export const labels = {
  instance: 'slipway.instance',
  /** process, task, network or build: what the object is. */
  role: 'slipway.role',
  app: 'slipway.app',
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
} as const;
