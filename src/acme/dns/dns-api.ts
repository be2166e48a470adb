import type { TextRecord } from './text-records.ts';

/*
 * What an HTTP API of a provider of DNS is made of, as data: the requests of each step, and what their answers say. The
 * steps are the same for all (api-records.ts), so a provider is one pure object.
 */

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the base address on, with its query. */
  readonly path: string;
  readonly body?: string;
}

export interface Zone {
  readonly name: string;
  /** What the provider calls it by. */
  readonly id: string;
}

/** One value of a name. */
export interface Entry {
  readonly value: string;
  /** What the provider wants to know to remove it. */
  readonly handle: string;
}

export interface DnsApi {
  /** Without a closing slash. */
  readonly base: string;
  /** Proves who asks. The host is the one that is connected to. */
  headers(request: ApiRequest, host: string, now: Date): Record<string, string>;
  findZone(name: string): ApiRequest;
  /** Id of the zone of this very name, if the provider keeps it. Answers with status 404 mean that it does not. */
  zoneIn(answer: string, name: string): string | undefined;
  list(zone: Zone, name: string): ApiRequest;
  /** Values of this very name. */
  entriesIn(answer: string, name: string): Entry[];
  /** Adds a value to those that are present. */
  add(zone: Zone, record: TextRecord, present: readonly Entry[]): ApiRequest;
  /** Removes an entry, and leaves the others that are present. */
  remove(
    zone: Zone,
    name: string,
    change: { readonly entry: Entry; readonly present: readonly Entry[] },
  ): ApiRequest;
  /** What an answer of refusal says. */
  errorIn(answer: string): string | undefined;
}

/** Seconds that resolvers may keep a record of ours. */
export const lifetime = 60;

/** `_acme-challenge.shop` of `_acme-challenge.shop.example.com` in the zone `example.com`. */
export function relativeName(name: string, zone: Zone): string {
  return name === zone.name ? '@' : name.slice(0, -zone.name.length - 1);
}

/** The text of a TXT record without the quotes that some providers put around it. */
export function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, '$1');
}

/** JSON of an answer; undefined where it is none. */
export function jsonIn(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
