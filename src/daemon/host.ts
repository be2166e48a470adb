import { stat } from 'node:fs/promises';
import { networkInterfaces, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DiskFact, ModeFact } from '../model/diagnosis/facts.ts';
import type { Settings } from '../model/settings.ts';
import type { Host } from '../ops/host.ts';
import { askAddress } from '../tools/ask-address.ts';
import { diskOf, usedBelow } from '../tools/disk.ts';
import { readListeners } from '../tools/listeners.ts';
import { readMemory } from '../tools/memory-info.ts';
import { resolveCaa, resolveName } from '../tools/resolve-name.ts';
import { sshdNames } from '../tools/sshd-config.ts';
import { isClockSynchronized } from '../tools/time-sync.ts';

/** Milliseconds that name servers have for one domain. */
const lookUpPatience = 2000;

/** Milliseconds for an answer that shows whether a domain leads here. */
const askPatience = 5000;

/** Below the root folder: what others must not get at -> the most that its mode may be. */
const privateModes: Readonly<Record<string, number>> = {
  store: 0o700,
  'store/slipway.db': 0o600,
  'store/key': 0o600,
  'run/root.sock': 0o600,
  router: 0o710,
  deploys: 0o700,
  jobs: 0o700,
  logs: 0o700,
  sources: 0o700,
  spool: 0o700,
};

/** The same for what may not be there. */
const furtherModes: Readonly<Record<string, number>> = { 'ssh/deploy_key': 0o600 };

/** This machine: Linux, its files in /proc. */
export function thisHost({ root, acmePort, dnsServers }: Settings): Host {
  return {
    totalMemory: totalmem(),
    async facts(folders) {
      const [listeners, disks, memory, synchronized, modes, doorConfigured] = await Promise.all([
        readListeners(),
        diskFacts(folders),
        readMemory(),
        isClockSynchronized(),
        modeFacts(root),
        sshdNames('/etc/ssh', join(root, 'ssh/authorized_keys')),
      ]);
      const addresses = ownAddresses();
      return { listeners, disks, memory, synchronized, addresses, modes, doorConfigured };
    },
    disks: diskFacts,
    usedBelow,
    addresses: ownAddresses,
    ask: (asked, signal) => askAddress({ ...asked, port: acmePort, timeout: askPatience }, signal),
    lookUp: (domain) => resolveName(domain, { timeout: lookUpPatience, servers: dnsServers }),
    lookUpCaa: (domain) => resolveCaa(domain, { timeout: lookUpPatience, servers: dnsServers }),
  };
}

async function diskFacts(folders: readonly string[]): Promise<readonly DiskFact[]> {
  return (await Promise.all(folders.map(diskFact))).flat();
}

async function diskFact(folder: string): Promise<readonly DiskFact[]> {
  const disk = await diskOf(folder);
  return disk ? [{ folder, ...disk }] : [];
}

async function modeFacts(root: string): Promise<readonly ModeFact[]> {
  const factsOf = (modes: Readonly<Record<string, number>>) =>
    Promise.all(Object.entries(modes).map(([name, most]) => modeFact(join(root, name), most)));
  const further = await factsOf(furtherModes);
  return [...(await factsOf(privateModes)), ...further.filter(({ mode }) => mode !== null)];
}

async function modeFact(path: string, most: number): Promise<ModeFact> {
  const found = await stat(path).catch(() => undefined);
  return { path, mode: found ? found.mode & 0o7777 : null, most };
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
}
