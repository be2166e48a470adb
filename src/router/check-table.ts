import { appNameProblem } from '../model/app.ts';
import { normalizeDomain } from '../model/domain.ts';
import type { RouteTable } from '../model/route.ts';
import { serverName } from './proxy-state.ts';

/** Throws (a bug of the caller) unless every name in the table may reach a proxy, and no app or host stands in it twice. */
export function checkTable(table: RouteTable): void {
  const apps = new Set<string>();
  const hosts = new Set<string>();
  for (const route of table.routes) {
    const problem = appNameProblem(route.app);
    if (problem !== undefined)
      throw new Error(`App ${JSON.stringify(route.app)} must not be routed: ${problem}`);
    addOnce(apps, route.app);
    for (const host of route.hosts) {
      checkHost(host);
      addOnce(hosts, host);
    }
    const servers = new Set<string>();
    for (const endpoint of route.endpoints) addOnce(servers, serverName(endpoint));
  }
  checkCertificates(table);
  const doors = new Set<string>();
  for (const { service, address, port } of table.doors ?? []) {
    addOnce(doors, service);
    addOnce(doors, `${address} ${port}`);
  }
}

function checkCertificates({ certificates = [], proofs = [] }: RouteTable): void {
  const shown = new Set<string>();
  for (const host of certificates.flatMap(({ hosts }) => hosts)) {
    checkHost(host);
    addOnce(shown, host);
  }
  const tokens = new Set<string>();
  for (const { token } of proofs) addOnce(tokens, token);
}

function checkHost(host: string): void {
  if (normalizeDomain(host) !== host)
    throw new Error(`Host ${JSON.stringify(host)} is not in its stored form`);
}

function addOnce(seen: Set<string>, name: string): void {
  if (seen.has(name)) throw new Error(`${name} stands twice in the route table`);
  seen.add(name);
}
