import { messageOf } from '../../base/failure.ts';
import { failure } from '../../model/failures.ts';
import { updateText, type UpdateKey } from '../../tools/nsupdate.ts';
import type { TextRecord, TextRecords } from './text-records.ts';

/** A name server that takes signed changes: BIND, Knot, PowerDNS and others (RFC 2136). */
export class Rfc2136Records implements TextRecords {
  readonly #key: UpdateKey;

  constructor(key: UpdateKey) {
    this.#key = key;
  }

  add(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#update('add', record, signal);
  }

  remove(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#update('delete', record, signal);
  }

  async #update(change: 'add' | 'delete', record: TextRecord, signal: AbortSignal): Promise<void> {
    try {
      await updateText(this.#key, { change, ...record }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw failure(
        'E_DNS_PROVIDER',
        `${this.#key.server} does not ${change} ${record.name}: ${messageOf(error)}`,
        {
          hint: 'check the name and the secret of the key, and that it may change this zone; nsupdate is in bind9-dnsutils',
          cause: error,
        },
      );
    }
  }
}
