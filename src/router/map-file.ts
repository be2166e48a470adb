import { hostValue } from './host-value.ts';
import { plainWord } from '../tools/haproxy-command.ts';
import { poolName, type ProxyState } from './proxy-state.ts';

/** A map of HAProxy: key -> value. */
export type Entries = ReadonlyMap<string, string>;

/** The maps that lead a request: hosts and wild name the backend, apps the app of a backend, proofs an answer. */
export interface Maps {
  readonly hosts: Entries;
  /** `example.com` for `*.example.com`. */
  readonly wild: Entries;
  readonly apps: Entries;
  /** Path -> what a certificate authority finds there. */
  readonly proofs: Entries;
}

export type MapName = keyof Maps;

export const mapNames: readonly MapName[] = ['hosts', 'wild', 'apps', 'proofs'];

export function mapsOf(state: ProxyState): Maps {
  const maps = {
    hosts: new Map<string, string>(),
    wild: new Map<string, string>(),
    apps: new Map<string, string>(),
    proofs: state.proofs,
  };
  for (const [app, { pool, hosts }] of state.apps) {
    maps.apps.set(poolName(pool), app);
    for (const entry of hosts) {
      const { host } = entry;
      const value = hostValue(poolName(pool), entry);
      if (host.startsWith('*.')) maps.wild.set(host.slice(2), value);
      else maps.hosts.set(host, value);
    }
  }
  return maps;
}

/** One line an entry, sorted, so that equal maps are equal files. */
export function renderMap(entries: Entries): string {
  const lines = [...entries].map(([key, value]) => `${plainWord(key)} ${plainWord(value)}\n`);
  return lines.sort().join('');
}

/** Reads what `renderMap` wrote; lines of another form are left out. */
export function parseMap(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [key, value, more] = line.split(' ');
    if (key && value && more === undefined) entries.set(key, value);
  }
  return entries;
}
