import type { Field } from '../contract/field.ts';
import type { Operation } from '../contract/operation.ts';
import { type Actor, may, type Scope, sees } from '../model/access.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { serviceKey } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { namedService } from './load-service.ts';

/** The app that a call names, before it is loaded. */
export interface NamedApp {
  readonly name: string;
  /** False for operations that make it, or cope without it. */
  readonly mustExist: boolean;
}

export type Input = Readonly<Record<string, unknown>>;

export function namedApp(row: Operation, input: Input): NamedApp | null {
  const value = appField(row, input)?.value;
  return typeof value === 'string' ? { name: value, mustExist: row.appMayBeMissing !== true } : null;
}

/** The lanes that a change holds: of the app that it names, of that which it makes of it, of the service that it names. */
export function lanesOf(row: Operation, input: Input): readonly string[] {
  const further = row.furtherApp === undefined ? undefined : input[row.furtherApp];
  const service = namedService(row, input);
  const names = [namedApp(row, input)?.name, further, service && serviceKey(service)];
  return names.filter((name) => typeof name === 'string');
}

/** Whether the actor may call this at all. For an app that is hidden from it, `loadApp` has the answer. */
export function mayCall(actor: Actor, row: Operation, input: Input): boolean {
  const named = namedApp(row, input);
  if (named === null) return may(actor, row.right, scopeWithoutApp(row, input));
  const isSeen = sees(actor, named.name);
  if (named.mustExist && !isSeen) return true;
  return may(actor, row.right, isSeen ? { app: named.name } : 'each-app');
}

/**
 * The only way from a name to an app. Throws E_APP_MISSING, in the same words for an app that is not there and for one
 * that the actor may not see, so that nobody learns names by asking.
 */
export function loadApp(deps: Deps, actor: Actor, named: NamedApp | null): App | null {
  if (named === null) return null;
  const app = sees(actor, named.name) ? deps.store.apps.find(named.name) : undefined;
  if (!app && named.mustExist) throw failure('E_APP_MISSING', `App ${named.name} does not exist`);
  return app ?? null;
}

/** What is changed without an app, and what is said to be `--global`, is the server's; the rest is a listing. */
function scopeWithoutApp(row: Operation, input: Input): Scope {
  const isGlobal = appField(row, input)?.field.place === 'appOrGlobal';
  return row.mutates || isGlobal ? 'server' : 'each-app';
}

function appField(row: Operation, input: Input): { readonly field: Field; readonly value: unknown } | null {
  const entry = Object.entries(row.input).find(([, field]) => places.has(field.place));
  return entry ? { field: entry[1], value: input[entry[0]] } : null;
}

const places: ReadonlySet<string> = new Set(['app', 'optionalApp', 'appOrGlobal']);
