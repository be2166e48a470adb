import { readdir, readFile } from 'node:fs/promises';
import { Secret } from '../base/secret.ts';
import type { AppRoute, HttpsPolicy, Place, RouteTable } from '../model/route.ts';
import { planApply } from './plan-apply.ts';
import { emptyState, type ProxyState } from './proxy-state.ts';
import type { RouterPaths } from './router-paths.ts';

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
export function stateOfCase(golden: GoldenCase, paths: RouterPaths): ProxyState {
  const empty = emptyState(golden.pools);
  return planApply(empty, golden.table, paths)?.next ?? empty;
}

async function readCase(path: string): Promise<GoldenCase> {
  const [above = '', expected = ''] = (await readFile(path, 'utf8')).split(dashes);
  const [pools = '', ...lines] = above.trim().split('\n');
  return {
    path,
    pools: Number(pools.replace('pools ', '')),
    table: await parseTable(lines),
    expected,
  };
}

async function parseTable(lines: readonly string[]): Promise<RouteTable> {
  const pem = new Secret(await readFile(new URL('self-signed.pem', goldenFolder), 'utf8'));
  const parts = lines.map((line) => line.split('|').map((part) => part.trim()));
  return {
    routes: parts.filter(([word = '']) => !others.includes(word)).map(parseRoute),
    certificates: parts
      .filter(([word]) => word === 'certificate')
      .map(([, hosts = '', options = '']) => ({
        hosts: words(hosts),
        pem,
        minVersion: options.startsWith('1.3') ? '1.3' : '1.2',
        http2: options.endsWith('h2'),
      })),
    proofs: parts
      .filter(([word]) => word === 'proof')
      .map(([, token = '', answer = '']) => ({ token, answer })),
    doors: parts
      .filter(([word]) => word === 'door')
      .map(([, service = '', place = '', to = '']) => ({
        service,
        ...parsePlace(place),
        to: parsePlace(to),
      })),
  };
}

/** Lines that are no routes. */
const others: readonly string[] = ['certificate', 'proof', 'door'];

function parsePlace(text: string): Place {
  const [address = '', port = ''] = text.split(' ');
  return { address, port: Number(port) };
}

/** `app | host host | id address port, id address port | redirect preload 63072000` */
function parseRoute([app = '', hosts = '', endpoints = '', https = '']: readonly string[]): AppRoute {
  return {
    app,
    hosts: words(hosts),
    endpoints: endpoints === '' ? [] : endpoints.split(', ').map(parseEndpoint),
    ...(https === '' ? {} : { https: parsePolicy(https) }),
  };
}

function parsePolicy(text: string): HttpsPolicy {
  const [how, kind, maxAge] = words(text);
  const hsts = {
    maxAge: Number(maxAge),
    subdomains: kind !== 'plain',
    preload: kind === 'preload',
  };
  return { redirect: how === 'redirect', hsts };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

function parseEndpoint(text: string) {
  const [id = '', address = '', port = ''] = text.split(' ');
  return { id, address, port: Number(port) };
}
