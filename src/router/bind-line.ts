import { isIP } from 'node:net';

/** Where HAProxy listens. Throws (a bug of the caller) for what is no address or no port. */
export function bindLine(address: string, port: number): string {
  if (isIP(address) === 0) throw new Error(`${JSON.stringify(address)} is not an IP address`);
  if (!Number.isSafeInteger(port) || port < 1 || port > 65_535) throw new Error(`${port} is not a port`);
  return isIP(address) === 6 ? `bind [${address}]:${port} v6only` : `bind ${address}:${port}`;
}
