import { chmod, chown, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import type { Actor } from '../model/access.ts';
import { checkKeyName } from '../model/ssh-key.ts';
import { failure } from '../model/failures.ts';

/** A request with who asks, and a signal that is aborted when the caller is gone. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

export type Answer = (exchange: Exchange) => Promise<void>;

export interface Door {
  /** Path of the unix socket. Who may connect is decided by its mode: the kernel checks the peer. */
  readonly path: string;
  readonly mode: number;
  readonly gid: number;
  /** Who asks, from a request that came in by this door. */
  readonly actor: (request: IncomingMessage) => Actor;
}

/** Root's own door: everybody who can open it is root. */
export const rootActor = (): Actor => ({ kind: 'root', name: 'root', role: 'admin' });

/** The door of the SSH user's group: the forced command of sshd names the key, `actorOf` knows who that is now. */
export function keyActor(actorOf: (key: string) => Actor): Door['actor'] {
  return (request) => {
    const name = request.headers['slipway-key'];
    if (typeof name !== 'string') throw failure('E_NOT_ALLOWED', 'The request names no key');
    return actorOf(checkKeyName(name));
  };
}

/** Listens at a door; a socket file left by a slipwayd that is gone is replaced, that of a living one is not. */
export async function listen(door: Door, answer: (exchange: Exchange) => Promise<void>): Promise<Server> {
  if (await answers(door.path))
    throw failure('E_BUSY', `Another slipwayd listens on ${door.path}`, { hint: 'stop it first' });
  await rm(door.path, { force: true });
  const server = createServer({ keepAliveTimeout: 1000, requestTimeout: 0 }, (request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://slipway');
    if (url) void answer(exchangeOf(door, { request, response, url }));
    else response.writeHead(400).end();
  });
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(door.path, resolve));
  } finally {
    process.umask(before);
  }
  await chown(door.path, 0, door.gid);
  await chmod(door.path, door.mode);
  return server;
}

function exchangeOf(
  door: Door,
  { request, response, url }: Pick<Exchange, 'request' | 'response' | 'url'>,
): Exchange {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  return {
    request,
    response,
    url,
    get actor() {
      return door.actor(request);
    },
    signal: gone.signal,
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
