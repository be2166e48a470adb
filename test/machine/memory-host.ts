import type { DiskFact, HostFacts } from '../../src/model/diagnosis/facts.ts';
import type { CaaAnswer } from '../../src/model/diagnosis/judge-caa.ts';
import type { DomainAnswer } from '../../src/model/diagnosis/judge-domains.ts';
import type { Host } from '../../src/ops/host.ts';

/** A machine on which all is well, until a test says otherwise. */
export class MemoryHost implements Host {
  readonly totalMemory = 4e9;
  seen: HostFacts = {
    listeners: [80, 443, 22].map((port) => ({
      address: '0.0.0.0',
      port,
      pids: [port === 22 ? 1 : process.pid],
      program: port === 22 ? 'sshd' : 'haproxy',
    })),
    disks: [
      {
        folder: '/srv',
        device: 1,
        bytes: 100e9,
        usedBytes: 50e9,
        freeBytes: 50e9,
        inodes: 1e6,
        freeInodes: 5e5,
      },
    ],
    memory: { total: 4e9, available: 2e9, swap: 0 },
    synchronized: true,
    addresses: ['192.0.2.1'],
    modes: [],
    doorConfigured: true,
  };
  /** Domain -> addresses. */
  readonly names = new Map<string, readonly string[]>();

  /** Domain -> the CAA records that hold for it. */
  readonly caa = new Map<string, CaaAnswer>();

  async facts(folders: readonly string[]): Promise<HostFacts> {
    return { ...this.seen, disks: await this.disks(folders) };
  }

  /** All folders lie on the one disk that it was given. */
  async disks(folders: readonly string[]): Promise<readonly DiskFact[]> {
    return folders.flatMap((folder) => this.seen.disks.slice(0, 1).map((disk) => ({ ...disk, folder })));
  }

  async usedBelow(folders: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map(folders.map((folder) => [folder, 1e6]));
  }

  addresses(): readonly string[] {
    return this.seen.addresses;
  }

  /** Address -> what a GET there gives; what is not said answers nothing. */
  readonly answers = new Map<string, (path: string) => { status: number; text: string }>();

  async ask({ address, path }: { readonly address: string; readonly path: string }) {
    const answer = this.answers.get(address)?.(path);
    return answer ? { ...answer, why: null } : { status: 0, text: '', why: 'ECONNREFUSED' };
  }

  async lookUp(domain: string): Promise<Pick<DomainAnswer, 'addresses' | 'problem'>> {
    return { addresses: this.names.get(domain) ?? [], problem: null };
  }

  async lookUpCaa(domain: string): Promise<CaaAnswer | null> {
    return this.caa.get(domain) ?? null;
  }
}
