/** Who did what, when, with which outcome. Holds no secret. */
export interface EventRecord {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  /** Name of the operation. */
  readonly operation: string;
  readonly app: string | null;
  /** What it was done with, as words, secrets left out: `GREETING`, `web=2`. */
  readonly subject: string;
  /** `ok`, or the code of the failure. */
  readonly outcome: string;
}
