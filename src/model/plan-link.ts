import { own } from '../base/own.ts';
import { Secret } from '../base/secret.ts';
import { failure } from './failures.ts';
import type { Config } from './release.ts';
import { type ServiceName, serviceKey } from './service.ts';
import { serviceKinds } from './service-kind.ts';

/** Names for further services of one kind, as people who come from Dokku and Heroku know them. */
const colours = [
  'AQUA',
  'BLACK',
  'BLUE',
  'FUCHSIA',
  'GRAY',
  'GREEN',
  'LIME',
  'MAROON',
  'NAVY',
  'OLIVE',
  'PURPLE',
  'RED',
  'SILVER',
  'TEAL',
  'WHITE',
  'YELLOW',
];

/** A change of an app's config: what it has from then on, and the names that differ. */
export interface LinkPlan {
  readonly own: Config;
  readonly keys: readonly string[];
}

/** A service as apps are told of it. */
export interface Linked extends ServiceName {
  /** Its address without a query. */
  readonly url: string;
}

export interface LinkWishes {
  /** The variable's name without `_URL`; null: that of the kind, or a colour where that is taken. */
  readonly alias: string | null;
  readonly query: string;
}

/**
 * The variable that a link adds: `DATABASE_URL`, or `SLIPWAY_POSTGRES_AQUA_URL` where that is taken, or the one that was
 * asked for. Throws E_EXISTS for an asked one that is taken.
 */
export function planLink(config: Config, service: Linked, { alias, query }: LinkWishes): LinkPlan {
  const key = alias === null ? freeName(config, service) : `${alias}_URL`;
  if (Object.hasOwn(config, key))
    throw failure('E_EXISTS', `The app has a variable ${key} already`, {
      hint: 'choose another one: --alias NAME',
    });
  return { own: { ...config, [key]: new Secret(withQuery(service.url, query)) }, keys: [key] };
}

/** Takes away every variable that holds the service's address, whatever its name and query. */
export function planUnlink(config: Config, service: Linked): LinkPlan {
  const keys = variablesOf(config, service);
  const rest = Object.entries(config).filter(([key]) => !keys.includes(key));
  return { own: Object.fromEntries(rest), keys };
}

/**
 * Makes the variable of the kind lead to this service. What it led to before keeps a name: a colour, where none of its
 * own has it. Nothing changes where it leads there already.
 */
export function planPromote(config: Config, service: Linked, query: string): LinkPlan {
  const key = serviceKinds[service.kind].variable;
  const value = new Secret(withQuery(service.url, query));
  const before = own(config, key);
  if (before?.equals(value)) return { own: config, keys: [] };
  const others = Object.entries(config).filter(([name]) => name !== key);
  const isNamed = before === undefined || others.some(([, other]) => other.equals(before));
  const spare = isNamed ? {} : { [colourName(config, service)]: before };
  return { own: { ...config, ...spare, [key]: value }, keys: [key, ...Object.keys(spare)] };
}

/** The variables that hold the service's address. */
export function variablesOf(config: Config, { url }: Pick<Linked, 'url'>): readonly string[] {
  return Object.entries(config)
    .filter(([, value]) => value.reveal() === url || value.reveal().startsWith(`${url}?`))
    .map(([key]) => key);
}

/** What is wrong with an alias, or undefined. */
export function aliasProblem(alias: string): string | undefined {
  return /^[A-Z][A-Z0-9_]{0,59}$/.test(alias)
    ? undefined
    : 'The alias must begin with a capital letter, and may only contain those, digits and underscores';
}

function withQuery(url: string, query: string): string {
  return query === '' ? url : `${url}?${query}`;
}

function freeName(config: Config, service: Linked): string {
  const { variable } = serviceKinds[service.kind];
  return Object.hasOwn(config, variable) ? colourName(config, service) : variable;
}

function colourName(config: Config, service: ServiceName): string {
  const free = colours
    .map((colour) => `SLIPWAY_${service.kind.toUpperCase()}_${colour}_URL`)
    .find((name) => !Object.hasOwn(config, name));
  if (free !== undefined) return free;
  throw failure(
    'E_EXISTS',
    `The app has a variable of every colour already; ${serviceKey(service)} needs a name`,
    {
      hint: 'choose one: --alias NAME',
    },
  );
}
