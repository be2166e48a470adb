import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retryUntil } from '../../src/base/retry.ts';
import { freePort } from './free-ports.ts';
import { ended } from './processes.ts';

/** A real name server, Debian's knot, for zones that a signed key may change. */
export interface NameServer {
  /** For `Resolver.setServers`. */
  readonly address: string;
  /** Where the zones say that it is, at port 53. */
  readonly own: string;
  readonly port: number;
  readonly keyName: string;
  /** Base64. */
  readonly secret: string;
  /** What a name has as TXT, in order; none where it has none. */
  texts(name: string): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Starts one on a free port of loopback, and on an address there of its own, which the zones name; `records`: lines of the
 * zone files, each of the zone that its name ends in.
 */
export async function startKnot(
  zones: readonly [string, ...string[]],
  records: readonly string[] = [],
): Promise<NameServer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-knot-'));
  const port = await freePort();
  const [keyName, secret] = ['slipway', randomBytes(32).toString('base64')];
  const own = `127.${[...randomBytes(3)].map((part) => 1 + (part % 254)).join('.')}`;
  for (const zone of zones)
    await writeFile(join(folder, zone), zoneFile({ zone, own }, records.filter(isOf(zone))));
  await writeFile(join(folder, 'conf'), config(folder, { zones, port, own, keyName, secret }));
  const child = spawn('/usr/sbin/knotd', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  const address = `127.0.0.1:${port}`;
  resolver.setServers([address]);
  const ready = await retryUntil(() => resolver.resolveSoa(zones[0]).catch(() => undefined), {
    firstPause: 50,
    maxPause: 200,
    timeout: 20_000,
  });
  const stop = async () => {
    await ended(child, 'SIGTERM');
    await rm(folder, { recursive: true });
  };
  if (!ready) {
    await stop();
    throw new Error('knotd does not answer');
  }
  return {
    address,
    port,
    own,
    keyName,
    secret,
    stop,
    async texts(name) {
      const records = await resolver.resolveTxt(name).catch(() => []);
      return records.map((parts) => parts.join('')).sort();
    },
  };
}

function isOf(zone: string): (record: string) => boolean {
  return (record) => record.split(' ')[0]?.endsWith(`${zone}.`) === true;
}

function zoneFile(
  { zone, own }: { readonly zone: string; readonly own: string },
  records: readonly string[],
): string {
  return [
    `${zone}. 60 SOA ns.${zone}. op.${zone}. 1 3600 600 86400 60`,
    `${zone}. 60 NS ns.${zone}.`,
    `ns.${zone}. 60 A ${own}`,
    ...records,
    '',
  ].join('\n');
}

interface Zones {
  readonly zones: readonly string[];
  readonly port: number;
  readonly own: string;
  readonly keyName: string;
  readonly secret: string;
}

function config(folder: string, { zones, port, own, keyName, secret }: Zones): string {
  const zone = (name: string) => `  - domain: ${name}
    storage: "${folder}"
    file: "${folder}/${name}"
    acl: changes
`;
  return `server:
    rundir: "${folder}"
    listen: [127.0.0.1@${port}, ${own}@53]
    automatic-acl: off
database:
    storage: "${folder}"
key:
  - id: ${keyName}
    algorithm: hmac-sha256
    secret: ${secret}
acl:
  - id: changes
    key: ${keyName}
    action: update
zone:
${zones.map(zone).join('')}log:
  - target: stderr
    any: error
`;
}
