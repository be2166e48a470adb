import type { z } from 'zod';
import { wait } from '../base/retry.ts';
import { failure } from '../model/failures.ts';
import { bodyOf } from './resources.ts';
import { retryAfter } from './retry-after.ts';
import type { Session } from './session.ts';

const firstPause = 100;
const longestPause = 5000;

export interface Awaited<T> {
  readonly schema: z.ZodType<T>;
  /** Milliseconds to wait at most. */
  readonly patience: number;
  readonly busy: (thing: T) => boolean;
}

/**
 * Reads something of the authority until it is not busy with it any more, not more often than it wants. Throws
 * E_ACME_DOWN when that takes too long.
 */
export async function settle<T>(session: Session, address: string, wish: Awaited<T>): Promise<T> {
  const end = performance.now() + wish.patience;
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const answer = await session.get(address);
    const thing = bodyOf(answer, wish.schema);
    if (!wish.busy(thing)) return thing;
    const next = Math.max(pause, retryAfter(answer.headers['retry-after'], Date.now()) ?? 0);
    if (performance.now() + next > end) throw tooSlow(session.authority, wish.patience);
    await wait(next, session.signal);
  }
}

function tooSlow(authority: string, patience: number) {
  return failure('E_ACME_DOWN', `${authority} has not decided within ${Math.round(patience / 1000)} s`);
}
