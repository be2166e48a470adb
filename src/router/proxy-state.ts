import { isIP } from 'node:net';
import type { Endpoint, ServedDoor } from '../model/route.ts';
import type { CertificateLines } from './certificate-files.ts';
import type { HostEntry } from './host-value.ts';
import { plainWord } from '../tools/haproxy-command.ts';

/** What the proxy serves, as far as it concerns us. Equal for equal routes, so that no work is seen to be none. */
export interface ProxyState {
  /** The running configuration has the backends pool1 to pool<this>. */
  readonly pools: number;
  readonly apps: ReadonlyMap<string, AppState>;
  readonly certificates: CertificateLines;
  /** Path -> what a certificate authority finds there. */
  readonly proofs: ReadonlyMap<string, string>;
  readonly doors: readonly ServedDoor[];
}

export interface AppState {
  /** Number of the backend that the app has; kept as long as it has routes or servers. */
  readonly pool: number;
  /** Sorted. */
  readonly hosts: readonly HostEntry[];
  /** Names of the servers that take requests. */
  readonly servers: readonly string[];
  /** Names of those that take no new requests and wait to be drained and deleted. */
  readonly leaving: readonly string[];
}

/** Nothing of any app, in a configuration with so many backends. */
export function emptyState(pools: number): ProxyState {
  return { pools, apps: new Map(), certificates: new Map(), proofs: new Map(), doors: [] };
}

export const poolPrefix = 'pool';

export function poolName(pool: number): string {
  return `${poolPrefix}${pool}`;
}

/** 17 for `pool17`; undefined for a name that is not ours. */
export function poolNumber(name: string): number | undefined {
  const digits = /^pool([1-9][0-9]{0,6})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * `web.1.d42:10.0.0.5:3000`. The name holds the address, so that a process that came back with another one is
 * another server: HAProxy 2.6 goes on using connections to the old address when a server's address is changed.
 */
export function serverName(endpoint: Endpoint): string {
  const { id, address, port } = endpoint;
  if (!/^[A-Za-z0-9._-]{1,150}$/.test(id))
    throw new Error(`${JSON.stringify(id)} must not be the id of an endpoint`);
  if (isIP(address) === 0) throw new Error(`${JSON.stringify(address)} is not an IP address`);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`${port} is not a port`);
  return plainWord(`${id}:${address}:${port}`);
}

/** The endpoint of a server's name; undefined for a name that is not ours. */
export function endpointOf(server: string): Endpoint | undefined {
  const [, id, address, port] = /^([A-Za-z0-9._-]+):([0-9a-fA-F.:]+):([0-9]{1,5})$/.exec(server) ?? [];
  if (id === undefined || address === undefined || port === undefined) return undefined;
  return { id, address, port: Number(port) };
}

export function endpointId(server: string): string {
  return server.slice(0, server.indexOf(':'));
}
