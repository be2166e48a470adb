import type { Secret } from '../base/secret.ts';
import { failure } from './failures.ts';
import type { Config } from './release.ts';
import type { Place } from './route.ts';
import { isKindName, type KindName } from './service-kind.ts';

/** A managed datastore as the store knows it. What runs of it, only what runs it can tell. */
export interface Service extends ServiceName {
  readonly id: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly image: ServiceImage;
  readonly login: ServiceLogin;
  /** Counts the volumes that it had: an upgrade moves its data to another one. */
  readonly volume: number;
  readonly size: ServiceSize;
  /** Variables that were set for its container. */
  readonly env: Config;
  /** Words for its program, after those of its kind. */
  readonly options: readonly string[];
  readonly state: ServiceState;
  /** Stopped by `KIND:stop`: no container until `KIND:start`. */
  readonly stopped: boolean;
  /** What it was before its last upgrade, whose data is kept until it is told to go; null: there is none. */
  readonly kept: KeptVersion | null;
  /** Where on this machine it may be reached by programs that are no apps; null: nowhere. */
  readonly exposed: Place | null;
  /** Its program puts every change aside, for a restore to any moment. */
  readonly archived: boolean;
  /** The number of a volume that an upgrade fills: not whole, and to go where that is cut off. */
  readonly filling: number | null;
}

/** Another version of a service, in a volume of its own. */
export interface KeptVersion extends Pick<Service, 'image' | 'volume' | 'options'> {
  /** When the service was moved away from it. */
  readonly since: number;
}

/** One of a kind has its name for itself. */
export interface ServiceName {
  readonly kind: KindName;
  readonly name: string;
}

/** `making`: it is not whole yet, and goes where slipwayd ends meanwhile. `removing`: it goes, whatever happens. */
export const serviceStates = ['making', 'ready', 'removing'] as const;

export type ServiceState = (typeof serviceStates)[number];

export interface ServiceImage {
  /** As it was asked for: `postgres:15`. */
  readonly reference: string;
  /** `sha256:...`: what is run. */
  readonly id: string;
  /** Digest in the registry it was pulled from, or null. */
  readonly digest: string | null;
}

/** Whom a client logs in as, and to what. */
export interface ServiceLogin {
  readonly user: string;
  readonly password: Secret;
  /** Of its own administrator, where its kind has one beside the user. Nobody is told it. */
  readonly adminPassword: Secret;
  /** The database in it, where its kind has such. */
  readonly database: string;
}

export interface ServiceSize {
  /** Bytes, or null: no limit. */
  readonly memory: number | null;
  /** Bytes of /dev/shm, or null: Docker's 64 MiB. */
  readonly shm: number | null;
}

/** Of the numbers of volumes that are there, those that nobody knows of the service. */
export function strayVolumes(
  { volume, kept, filling }: Service,
  present: readonly number[],
): readonly number[] {
  const known = [volume, kept?.volume, filling];
  return present.filter((number) => !known.includes(number));
}

/** An app that may reach a service. */
export interface ServiceLink extends ServiceName {
  readonly app: string;
  readonly state: LinkState;
  /** What stands after `?` in the address that the app is given; empty: nothing. */
  readonly query: string;
}

/** `linking` and `unlinking` are taken back where slipwayd ends meanwhile. */
export const linkStates = ['linking', 'linked', 'unlinking'] as const;

export type LinkState = (typeof linkStates)[number];

/** Longest name: it is a part of names of hosts and of containers. */
const longest = 48;

/** What is wrong with a service's name, or undefined. */
export function serviceNameProblem(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name))
    return 'Service name must begin with a lowercase letter or digit, and may only contain those, dashes and underscores';
  return name.length > longest ? `Service name must have at most ${longest} characters` : undefined;
}

/** `postgres:db`: what a service is called where there are those of other kinds, and apps. No app is called so. */
export function serviceKey({ kind, name }: ServiceName): string {
  return `${kind}:${name}`;
}

/** The service of a key; undefined for any other text. */
export function serviceOfKey(key: string): ServiceName | undefined {
  const [kind = '', name = '', ...more] = key.split(':');
  return isKindName(kind) && more.length === 0 && serviceNameProblem(name) === undefined
    ? { kind, name }
    : undefined;
}

/** The name of the database in it: one that SQL takes without quotes. */
export function databaseName(service: string): string {
  return service.replaceAll('-', '_');
}

/** E_SERVICE_STOPPED: what is asked for needs one that runs. */
export function stoppedService(service: ServiceName) {
  return failure('E_SERVICE_STOPPED', `${serviceKey(service)} does not run`, {
    hint: `slipway ${service.kind}:start ${service.name}`,
  });
}
