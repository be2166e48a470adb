import type { DiskFact, HostFacts } from '../model/diagnosis/facts.ts';
import type { CaaAnswer } from '../model/diagnosis/judge-caa.ts';
import type { DomainAnswer } from '../model/diagnosis/judge-domains.ts';

/** The machine that slipwayd runs on, as far as a diagnosis looks at it. Made in daemon/host.ts. */
export interface Host {
  /** Bytes of memory. */
  readonly totalMemory: number;
  /** What is to be seen just now; `folders`: those whose disks are wanted. Changes nothing. */
  facts(folders: readonly string[]): Promise<HostFacts>;
  /** The disks that folders lie on; those that are not there are left out. Takes less than a millisecond. */
  disks(folders: readonly string[]): Promise<readonly DiskFact[]>;
  /** Bytes of disk that each folder takes with all below it, by its path. Looks at each file. */
  usedBelow(folders: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Of its interfaces, loopback left out. */
  addresses(): readonly string[];
  /**
   * What is answered to a GET by http at an address of a domain, at the port where authorities look; `why` nobody answered,
   * or null. Takes at most five seconds.
   */
  ask(
    asked: { readonly address: string; readonly host: string; readonly path: string },
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string; readonly why: string | null }>;
  /** Where a domain leads, as the machine's name servers say; takes at most two seconds. */
  lookUp(domain: string): Promise<Pick<DomainAnswer, 'addresses' | 'problem'>>;
  /** The CAA records that hold for a domain; null: none, or nothing is known. Takes at most two seconds. */
  lookUpCaa(domain: string): Promise<CaaAnswer | null>;
}
