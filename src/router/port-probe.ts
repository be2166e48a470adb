import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { systemCode } from '../base/failure.ts';

/** Addresses that stand for all of this machine: IPv4, and IPv6 where it is there. */
export function allAddresses(): readonly string[] {
  const families = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return families.some((one) => one.family === 'IPv6') ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}

/** Tries whether a program may listen there: undefined if so, else the system's code, such as EADDRINUSE or EACCES. */
export function portProblem(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(systemCode(error) ?? error.message));
    server.listen({ host: address, port, ipv6Only: true, exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}
