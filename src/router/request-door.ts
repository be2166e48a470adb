import { chmod, chown, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { octetFrames } from '../tools/octet-frames.ts';
import { parseRequestLine, type RequestLine } from './request-line.ts';

export interface RequestDoor {
  /** Takes what is under way and no more: the proxy keeps what comes after. */
  close(): Promise<void>;
}

/** Milliseconds that a proxy has to end its side. */
const closePatience = 500;

/**
 * Listens where the proxies (one, and while it is reloaded several) tell their answered requests. `onLines` is called
 * for what came together, and is done when it returns: what it has not been given the proxy still has. `owner`: the
 * user that the proxy runs as, the only one besides root who may connect.
 */
export async function openRequestDoor(
  options: { readonly path: string; readonly owner: { readonly uid: number; readonly gid: number } | null },
  onLines: (lines: readonly RequestLine[]) => void,
): Promise<RequestDoor> {
  const { path, owner } = options;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    readRequests(socket, onLines);
  });
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  if (owner) await chown(path, owner.uid, owner.gid);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.end();
      const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), closePatience);
      await closed;
      clearTimeout(late);
    },
  };
}

function readRequests(socket: Socket, onLines: (lines: readonly RequestLine[]) => void): void {
  let lines: RequestLine[] = [];
  const frames = octetFrames((text) => {
    const line = parseRequestLine(text);
    if (line) lines.push(line);
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: Buffer) => {
    try {
      frames.push(chunk);
    } catch {
      socket.destroy();
    }
    if (lines.length > 0) onLines(lines);
    lines = [];
  });
}
