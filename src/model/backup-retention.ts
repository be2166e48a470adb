import { failure } from './failures.ts';

/** How many backups are kept: the newest of each of the last so many days, weeks, ... that have one. */
export type Retention = Readonly<Partial<Record<Period, number>>>;

const periods = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

type Period = (typeof periods)[number];

/** A backup as far as keeping it is concerned. */
export interface Dated {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly verified: boolean;
}

/** `daily=7,weekly=4,monthly=6`. Throws E_INPUT. */
export function parseRetention(text: string): Retention {
  const pairs = text.split(',').map((pair) => /^ *([a-z]+)=([1-9]\d{0,3})$/.exec(pair));
  const hint = `such as daily=7,weekly=4,monthly=6; the words are ${periods.join(', ')}`;
  const read = pairs.map((pair) => {
    const period = periods.find((known) => known === pair?.[1]);
    if (period === undefined)
      throw failure('E_INPUT', `${JSON.stringify(text.slice(0, 80))} does not say what is kept`, { hint });
    return [period, Number(pair?.[2])] as const;
  });
  const found = Object.fromEntries(read);
  if (Object.keys(found).length < read.length)
    throw failure('E_INPUT', 'A word stands there twice', { hint });
  return found;
}

/** Those that may go. The newest of all and the newest that was verified stay whatever is said. */
export function expired(backups: readonly Dated[], retention: Retention): readonly number[] {
  const newestFirst = backups.toSorted((a, b) => b.at - a.at || b.id - a.id);
  const kept = new Set(
    periods.flatMap((period) => keptOf(newestFirst, period, retention[period] ?? 0)).map(({ id }) => id),
  );
  const spared = [newestFirst[0], newestFirst.find(({ verified }) => verified)];
  for (const backup of spared) if (backup) kept.add(backup.id);
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
}

/** The newest of each period, of the last so many that have one. */
function keptOf(newestFirst: readonly Dated[], period: Period, count: number): readonly Dated[] {
  const names = new Set<string>();
  return newestFirst.filter((backup) => {
    const name = period === 'last' ? String(backup.id) : periodName(period, backup.at);
    if (names.has(name) || names.size >= count) return false;
    names.add(name);
    return true;
  });
}

/** In UTC; a week begins with Monday. */
function periodName(period: Exclude<Period, 'last'>, at: number): string {
  const iso = new Date(at).toISOString();
  if (period === 'weekly') {
    const day = Math.floor(at / 86_400_000);
    return String(Math.floor((day + 3) / 7)); // 1 January 1970 was a Thursday
  }
  const lengths = { hourly: 13, daily: 10, monthly: 7, yearly: 4 };
  return iso.slice(0, lengths[period]);
}
