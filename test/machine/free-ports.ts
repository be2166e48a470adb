import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const first = 10_000;
/** Linux gives the ports from here on to connections that go out, at any moment (ip(7), ip_local_port_range). */
const end = 32_768;

/**
 * Two neighbouring ports that nobody listens on. They are drawn, in pairs, from those that no outgoing connection gets: one
 * given by the kernel can be taken by any client before the program that it is for listens.
 */
export async function freePorts(): Promise<[number, number]> {
  for (;;) {
    const port = first + 2 * randomInt((end - first) / 2);
    if ((await isFree(port)) && (await isFree(port + 1))) return [port, port + 1];
  }
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts();
  return port;
}

/** On every address: a listener on any one of them is in the way of one for all. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
