export interface TextRecord {
  /** Without a closing dot. */
  readonly name: string;
  readonly value: string;
}

/**
 * Where TXT records of a domain can be changed: one driver each for what keeps zones. Throws E_DNS_PROVIDER. A name may
 * have several values at a time, as the proofs of a domain and of its wildcard have the same: the others stay.
 */
export interface TextRecords {
  /** Fine when it is there already. */
  add(record: TextRecord, signal: AbortSignal): Promise<void>;
  /** Fine when it is gone already. */
  remove(record: TextRecord, signal: AbortSignal): Promise<void>;
}
