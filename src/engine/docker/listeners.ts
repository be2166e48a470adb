import { parseListening } from '../../tools/listeners.ts';
import type { Listener } from '../evidence.ts';

/** Docker's DNS server listens there inside every container. */
const dockerDns = '127.0.0.11';

/** The listeners in the text of `/proc/PID/net/tcp` and `/proc/PID/net/tcp6`, by port. */
export function parseListeners(text: string): Listener[] {
  const byPort = new Map<number, Listener>();
  for (const { address, port } of parseListening(text)) {
    if (address === dockerDns) continue;
    const loopback = isLoopback(address) && (byPort.get(port)?.loopback ?? true);
    byPort.set(port, { port, loopback });
  }
  return [...byPort.values()].sort((a, b) => a.port - b.port);
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
