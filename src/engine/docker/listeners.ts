import type { Listener } from '../evidence.ts';

/** State LISTEN in `/proc/PID/net/tcp`: proc(5), include/net/tcp_states.h of Linux. */
const listening = '0A';

/** Docker's DNS server listens on 127.0.0.11 inside every container; the number is as the kernel prints it. */
const dockerDns = '0B00007F';

const loopbackAddresses = /^(?:......7F|0{24}01000000|0{16}FFFF0000......7F)$/;

/** The listeners in the text of `/proc/PID/net/tcp` and `/proc/PID/net/tcp6`, by port. */
export function parseListeners(text: string): Listener[] {
  const byPort = new Map<number, Listener>();
  for (const line of text.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', hexPort = ''] = local.split(':');
    if (state !== listening || address === dockerDns) continue;
    const port = Number.parseInt(hexPort, 16);
    const loopback = loopbackAddresses.test(address) && (byPort.get(port)?.loopback ?? true);
    byPort.set(port, { port, loopback });
  }
  return [...byPort.values()].sort((a, b) => a.port - b.port);
}
