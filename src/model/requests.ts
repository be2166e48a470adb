/** What the clients of an app were answered. */
export interface Requests {
  readonly answered: number;
  /** Of these: with a status of 500 and above, or broken off in the middle. */
  readonly failed: number;
  /** Of the failed: for want of a connection to a process. */
  readonly unreached: number;
  /** Of the failed: broken off by the process in the middle of the answer. */
  readonly broken: number;
}

export const noRequests: Requests = { answered: 0, failed: 0, unreached: 0, broken: 0 };

/** The sum of both, key by key. */
export function plus(one: Requests, other: Requests): Requests {
  return combined((key) => one[key] + other[key]);
}

/** What came in between; never below nothing. */
export function since(before: Requests, now: Requests): Requests {
  return combined((key) => Math.max(0, now[key] - before[key]));
}

function combined(value: (key: keyof Requests) => number): Requests {
  return {
    answered: value('answered'),
    failed: value('failed'),
    unreached: value('unreached'),
    broken: value('broken'),
  };
}

/** `418 requests were served meanwhile, 0 failed`; undefined where there were none. */
export function servedText({ answered, failed, unreached, broken }: Requests): string | undefined {
  if (answered === 0) return undefined;
  const kinds = [
    [failed - unreached - broken, 'with a status of 500 and above'],
    [unreached, 'without a connection to the app'],
    [broken, 'broken off'],
  ] as const;
  const found = kinds.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const why = found.length > 0 ? `: ${found.join(', ')}` : '';
  const served = answered - failed;
  return `${served} ${served === 1 ? 'request was' : 'requests were'} served meanwhile, ${failed} failed${why}`;
}
