import type { ProcessSpec } from '../process.ts';

/** What the store wants of one app, as far as it can be compared with what is. */
export interface AppWish {
  readonly app: string;
  /** Something in its lane changes it just now. */
  readonly busy: boolean;
  /** Has a release that is live. */
  readonly deployed: boolean;
  readonly hosts: readonly string[];
  /** Those that must run now: none of an app that is stopped. */
  readonly processes: readonly Pick<ProcessSpec, 'type' | 'index' | 'fingerprint' | 'port'>[];
}
