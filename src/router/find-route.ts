import type { AppRoute, RouteTable } from '../model/route.ts';

/** A wildcard is looked for under at most this many labels in front of its own domain. */
export const wildcardDepth = 8;

/** The route of a host name, as every driver decides it: the exact host, else the longest wildcard that fits. */
export function findRoute(table: RouteTable, host: string): AppRoute | undefined {
  const asked = host.replace(/:.*/, '').toLowerCase();
  const parts = asked.split('.');
  const wildcards = parts
    .slice(1, wildcardDepth + 1)
    .map((_, index) => `*.${parts.slice(index + 1).join('.')}`);
  for (const name of [asked, ...wildcards]) {
    const route = table.routes.find((one) => one.hosts.includes(name));
    if (route) return route;
  }
  return undefined;
}
