import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { startPebble, type Pebble, type PebbleOptions } from './pebble.ts';
import { Sandbox } from './sandbox.ts';

/** A sandbox whose certificates come from a real ACME server, which finds the sandbox's router. */
export interface HttpsMachine {
  readonly sandbox: Sandbox;
  readonly pebble: Pebble;
  /** What slipwayd is started with, for a start in the middle of a story. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** `prepare` is done with the sandbox's root folder before slipwayd first starts. */
export async function httpsMachine(
  options: PebbleOptions = {},
  prepare?: (root: string) => Promise<void>,
): Promise<HttpsMachine> {
  const sandbox = await Sandbox.start({}, prepare);
  let pebble: Pebble | undefined;
  try {
    pebble = await startPebble({ ...options, httpPort: sandbox.httpPort });
    const ca = join(sandbox.root, 'extra-ca');
    await mkdir(ca);
    await writeFile(join(ca, 'pebble.crt'), pebble.ca);
    const env = {
      SLIPWAY_ACME_SERVER: pebble.directory,
      SLIPWAY_ACME_PORT: String(sandbox.httpPort),
      SLIPWAY_DNS_SERVERS: options.dnsServer ?? pebble.nameServer,
      SLIPWAY_EXTRA_CA: ca,
    };
    await sandbox.stopDaemon();
    await sandbox.startDaemon(env);
    return { sandbox, pebble, env, stop: () => stopBoth(sandbox, pebble) };
  } catch (error) {
    await stopBoth(sandbox, pebble);
    throw error;
  }
}

async function stopBoth(sandbox: Sandbox, pebble: Pebble | undefined): Promise<void> {
  await sandbox.stop();
  await pebble?.stop();
}

export interface SecureAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A GET by https of a host of the sandbox, whose certificate must be that host's by this authority. */
export function secureGet(sandbox: Sandbox, host: string, root: string): Promise<SecureAnswer> {
  const place = {
    host: '127.0.0.1',
    port: sandbox.httpsPort,
    servername: host,
    ca: root,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const asked = get({ ...place, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
  });
}

/** A handshake; the socket is closed by the caller. Rejects where it is refused. */
export function handshake(sandbox: Sandbox, host: string): Promise<TLSSocket> {
  const place = {
    host: '127.0.0.1',
    port: sandbox.httpsPort,
    servername: host,
    rejectUnauthorized: false,
  };
  return new Promise((resolve, reject) => {
    const socket = connect(place, () => resolve(socket));
    socket.on('error', reject);
  });
}
