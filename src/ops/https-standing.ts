import type { Certificate } from '../model/certificate.ts';
import type { KeptDomain } from './certificate-keeper.ts';
import type { Deps } from './deps.ts';
import { hostWishes, type HostWish } from './wanted-certificates.ts';

/** How a host of an app stands with https. */
export interface HttpsStanding extends HostWish {
  /** What is served for it; undefined: http only. */
  readonly shown: Certificate | undefined;
  /** What is ordered for it; undefined: nothing. */
  readonly kept: KeptDomain | undefined;
}

/** Of each host that apps, or one of them, are reached by now. */
export function httpsStandings(deps: Deps, app?: string): readonly HttpsStanding[] {
  const kept = new Map(deps.certificates.domains(app).map((one) => [one.state.domain, one]));
  return hostWishes(deps, app).map((wish) => ({
    ...wish,
    shown: deps.routes.certificateFor(wish.host, wish.app),
    kept: wish.domain === null ? undefined : kept.get(wish.domain),
  }));
}

/** Why nothing is ordered, what is waited for, or what the last try failed with; empty: nothing is amiss. */
export function httpsNote({
  reason,
  kept,
  wishes,
}: Pick<HttpsStanding, 'reason' | 'kept' | 'wishes'>): string {
  if (reason !== null) return reason;
  if (!kept || kept.ordering) return '';
  const why = kept.unserved ?? heldWhy(kept) ?? failedWith(kept)?.message ?? '';
  if (kept.wishes.directory === wishes.directory) return why;
  return `${why}; asked next: ${new URL(kept.wishes.directory).host}`;
}

/** What keeps it from being tried before its next time: the limits of the authority; null: nothing does. */
export function heldWhy({ state: { held, next } }: KeptDomain): string | null {
  return held?.until === next ? held.why : null;
}

/** What the last try failed with, where it did. */
export function failedWith({
  state,
}: KeptDomain): { readonly code: string; readonly message: string } | null {
  const { failures, last } = state;
  if (failures === 0) return null;
  return last?.failure ?? { code: 'E_CANCELLED', message: 'the last try was cut off' };
}
