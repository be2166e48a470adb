import { readdir, readFile } from 'node:fs/promises';
import type { AppRoute, RouteTable } from '../model/route.ts';
import type { MapName } from './map-file.ts';
import { planApply } from './plan-apply.ts';
import type { ProxyState } from './proxy-state.ts';

/** A file of golden/: routes, a line of dashes, and the files that they become. */
export interface GoldenCase {
  readonly path: string;
  readonly table: RouteTable;
  readonly pools: number;
  readonly expected: string;
}

export const goldenFolder = new URL('golden/', import.meta.url);
export const dashes = `${'-'.repeat(40)}\n`;

export async function goldenCases(): Promise<GoldenCase[]> {
  const names = (await readdir(goldenFolder)).filter((name) => name.endsWith('.txt')).sort();
  return Promise.all(names.map((name) => readCase(new URL(name, goldenFolder).pathname)));
}

/** The state of a proxy that serves the case. */
export function stateOfCase(golden: GoldenCase, maps: Readonly<Record<MapName, string>>): ProxyState {
  const empty: ProxyState = { pools: golden.pools, apps: new Map() };
  return planApply(empty, golden.table, maps)?.next ?? empty;
}

async function readCase(path: string): Promise<GoldenCase> {
  const [above = '', expected = ''] = (await readFile(path, 'utf8')).split(dashes);
  const [pools = '', ...routes] = above.trim().split('\n');
  return {
    path,
    pools: Number(pools.replace('pools ', '')),
    table: { routes: routes.map(parseRoute) },
    expected,
  };
}

/** `app | host host | id address port, id address port` */
function parseRoute(line: string): AppRoute {
  const [app = '', hosts = '', endpoints = ''] = line.split('|').map((part) => part.trim());
  return {
    app,
    hosts: hosts.split(' ').filter((host) => host !== ''),
    endpoints: endpoints === '' ? [] : endpoints.split(', ').map(parseEndpoint),
  };
}

function parseEndpoint(text: string) {
  const [id = '', address = '', port = ''] = text.split(' ');
  return { id, address, port: Number(port) };
}
