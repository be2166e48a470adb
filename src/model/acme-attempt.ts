/** A try to get a certificate for a domain from an authority. Times in milliseconds since 1970. */
export interface AcmeAttempt {
  readonly id: number;
  readonly domain: string;
  /** Address of the authority's directory. */
  readonly directory: string;
  /** It takes the place of one that is there, within the time that the authority has told for it. */
  readonly renews: boolean;
  readonly at: number;
  /**
   * failed: the authority was asked and gave none. not-ready: it was not asked, since it could not have found us. Null: it
   * is under way, or was cut off.
   */
  readonly outcome: 'issued' | 'failed' | 'not-ready' | null;
  readonly failure: AttemptFailure | null;
}

export interface AttemptFailure {
  readonly code: string;
  readonly message: string;
  /** Milliseconds after which the authority wants to be asked again; null: it does not say. */
  readonly retryAfter: number | null;
}

export type AcmeAttemptEnd = Pick<AcmeAttempt, 'failure'> & {
  readonly outcome: NonNullable<AcmeAttempt['outcome']>;
};
