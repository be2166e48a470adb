import type { HostFacts } from '../model/diagnosis/facts.ts';
import type { DomainAnswer } from '../model/diagnosis/judge-domains.ts';

/** The machine that slipwayd runs on, as far as a diagnosis looks at it. Made in daemon/host.ts. */
export interface Host {
  /** Bytes of memory. */
  readonly totalMemory: number;
  /** What is to be seen just now; `folders`: those whose disks are wanted. Changes nothing. */
  facts(folders: readonly string[]): Promise<HostFacts>;
  /** Where a domain leads, as the machine's name servers say; takes at most two seconds. */
  lookUp(domain: string): Promise<Pick<DomainAnswer, 'addresses' | 'problem'>>;
}
