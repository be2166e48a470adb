import type { RunningProcess } from './process.ts';
import { processName } from './process.ts';
import type { AppRoute, Endpoint } from './route.ts';

/** The domain that an app has without being told: `shop.example.com` under the global domain `example.com`. */
export function defaultDomain(app: string, globalDomains: readonly string[]): readonly string[] {
  return globalDomains.map((domain) => `${app}.${domain}`);
}

/** The route of an app: its domains, and of its processes those that take requests, in the order of their names. */
export function planRoute(
  app: string,
  domains: readonly string[],
  processes: readonly RunningProcess[],
): AppRoute {
  const ordered = processes.toSorted((a, b) => a.index - b.index || a.deploy - b.deploy);
  return { app, hosts: domains, endpoints: ordered.flatMap(endpointOf) };
}

/** What the router calls a process; null for one that takes no requests. */
export function endpointOf(process: RunningProcess): readonly Endpoint[] {
  if (process.type !== 'web' || process.port === null) return [];
  return [{ id: endpointId(process), address: process.address, port: process.port }];
}

/** `web.1.d42` */
export function endpointId(process: Pick<RunningProcess, 'type' | 'index' | 'deploy'>): string {
  return `${processName(process)}.d${process.deploy}`;
}

/** The addresses to tell a person, the first one being the best. */
export function appUrls(
  domains: readonly string[],
  ports: { readonly httpPort: number; readonly httpsPort: number },
  isSecure: (domain: string) => boolean = () => false,
): readonly string[] {
  const http = ports.httpPort === 80 ? '' : `:${ports.httpPort}`;
  const https = ports.httpsPort === 443 ? '' : `:${ports.httpsPort}`;
  return domains.map((domain) =>
    isSecure(domain) ? `https://${domain}${https}` : `http://${domain}${http}`,
  );
}
