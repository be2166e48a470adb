import { atMost } from '../base/at-most.ts';
import { Turns } from '../base/turns.ts';
import { baseOf } from '../model/acme-limits.ts';
import type { AcmeWishes } from './acme-settings.ts';

/** Orders that are under way at the same time. */
export const ordersAtOnce = 4;

/** The zone whose records an order changes; null: it is proven by a file. */
export function zoneOf(domain: string, { dnsProvider }: Pick<AcmeWishes, 'dnsProvider'>): string | null {
  return dnsProvider === null ? null : baseOf(domain);
}

/**
 * When an order has its turn: so many at once, and in one zone one after another. A domain and its wildcard are proven by
 * the same record, and what changes a zone, an API or a program, need not bear two who do it at once.
 */
export class OrderTurns {
  readonly #atOnce = atMost(ordersAtOnce);
  readonly #zones = new Turns<string>();

  run<T>(zone: string | null, work: () => Promise<T>): Promise<T> {
    if (zone === null) return this.#atOnce(work);
    return this.#zones.run(zone, () => this.#atOnce(work));
  }
}
