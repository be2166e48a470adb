import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server on this machine that takes connections and never answers. */
export interface MuteServer {
  /** `localhost:PORT` */
  readonly host: string;
  /** The connections that it took. */
  readonly held: readonly Socket[];
  close(): void;
}

export async function startMuteServer(): Promise<MuteServer> {
  const held: Socket[] = [];
  const server = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    held,
    close() {
      for (const socket of held) socket.destroy();
      server.close();
    },
  };
}
