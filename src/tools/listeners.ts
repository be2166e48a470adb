import { readdir, readFile, readlink } from 'node:fs/promises';
import { readIfThere } from '../base/files.ts';
import { mapParallel } from '../base/parallel.ts';

export interface Listener {
  /** `0.0.0.0` and `::`: all addresses. */
  readonly address: string;
  readonly port: number;
  /** Those that have it open, lowest first; empty where that cannot be seen. */
  readonly pids: readonly number[];
  /** Name of the first of them. */
  readonly program: string | null;
}

export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** All TCP sockets of this machine that listen, and who has them open. Source: proc(5); Linux only. */
export async function readListeners(): Promise<readonly Listener[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readIfThere));
  const sockets = tables.flatMap((text) => parseListening(text ?? ''));
  const owners = await ownersOf(new Set(sockets.map(({ inode }) => inode)));
  return Promise.all(
    sockets.map(async ({ address, port, inode }) => {
      const pids = (owners.get(inode) ?? []).sort((a, b) => a - b);
      const program = pids[0] === undefined ? null : await programOf(pids[0]);
      return { address, port, pids, program };
    }),
  );
}

/** State LISTEN: include/net/tcp_states.h of Linux. */
const listening = '0A';

/** The sockets that listen in a text of /proc/net/tcp or tcp6. */
export function parseListening(text: string): ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === listening
      ? [{ address: addressOf(address), port: Number.parseInt(port, 16), inode }]
      : [];
  });
}

/** The kernel prints words of 32 bits, each with its lowest byte first. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  // A URL writes an address in its shortest form.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Processes whose files are looked through at the same time. */
const atOnce = 16;

/** Inode of a socket -> the processes that have it open. */
async function ownersOf(inodes: ReadonlySet<string>): Promise<Map<string, number[]>> {
  const owners = new Map<string, number[]>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  await mapParallel(pids, atOnce, async (pid) => {
    for (const inode of await socketsOf(pid)) {
      if (inodes.has(inode)) owners.set(inode, [...(owners.get(inode) ?? []), pid]);
    }
  });
  return owners;
}

/** Empty for a process that is gone, or whose files this one may not see. */
async function socketsOf(pid: number): Promise<ReadonlySet<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

async function programOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return text.trim() || null;
}
