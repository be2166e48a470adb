import type { Proof, Prover } from '../acme.ts';
import { awaitText, type AwaitOptions } from './await-text.ts';
import type { TextRecord, TextRecords } from './text-records.ts';

/** Milliseconds that taking a record away may take: an order that was aborted waits for it too. */
const longestHide = 60_000;

/** Proves domains by TXT records: sets one, waits until every name server of the zone has it, removes it. */
export function dnsProver(records: TextRecords, options: AwaitOptions = {}): Prover {
  return {
    kind: 'dns-01',
    async show(proof, signal) {
      const record = recordOf(proof);
      await records.add(record, signal);
      await awaitText(record, signal, options);
    },
    hide: (proof) => records.remove(recordOf(proof), AbortSignal.timeout(longestHide)),
  };
}

function recordOf(proof: Proof): TextRecord {
  if (proof.kind === 'dns-01') return { name: proof.record, value: proof.value };
  throw new Error('a file was to be proven by DNS');
}
