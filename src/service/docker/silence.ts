import { createConnection } from 'node:net';

/** Milliseconds that a port has to take a connection. */
const patience = 1000;

/** Why a port does not answer, or null where somebody takes the connection. */
export function silenceOf(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: patience });
    const end = (problem: string | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.on('connect', () => end(null));
    socket.on('timeout', () => end(`nobody answers on port ${port}`));
    socket.on('error', () => end(`nobody listens on port ${port}`));
  });
}
