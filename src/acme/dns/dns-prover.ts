import { oneAtATime } from '../../base/one-at-a-time.ts';
import type { Proof, Prover } from '../acme.ts';
import { awaitText, type AwaitOptions } from './await-text.ts';
import { delegatedName } from './delegated-name.ts';
import type { TextRecord, TextRecords } from './text-records.ts';

/** Milliseconds that taking a record away may take: an order that was aborted waits for it too. */
const longestHide = 60_000;

/** Domains of different zones may be proven in the same one, even by the same name: its changes are made one by one. */
const delegatedTurn = oneAtATime();

/** Proves domains by TXT records: sets one, waits until every name server of the zone has it, removes it. */
export function dnsProver(records: TextRecords, options: AwaitOptions = {}): Prover {
  const written = new WeakMap<Proof, TextRecord>();
  const change = (proof: Proof, work: () => Promise<void>) =>
    recordOf(proof).name === written.get(proof)?.name ? work() : delegatedTurn(work);
  return {
    kind: 'dns-01',
    async show(proof, signal) {
      const { name, value } = recordOf(proof);
      const record = { name: await delegatedName(name, signal, options.servers), value };
      written.set(proof, record);
      await change(proof, () => records.add(record, signal));
      await awaitText(record, signal, options);
    },
    async hide(proof) {
      const record = written.get(proof);
      if (record) await change(proof, () => records.remove(record, AbortSignal.timeout(longestHide)));
    },
  };
}

function recordOf(proof: Proof): TextRecord {
  if (proof.kind === 'dns-01') return { name: proof.record, value: proof.value };
  throw new Error('a file was to be proven by DNS');
}
