/** The present, as a parameter: milliseconds since 1970. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** `2026-01-01T00:00:00.000Z` of milliseconds since 1970. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The same; null of what has no time yet. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}

/** `20260101T000000Z`: ISO 8601's basic form, for names. */
export function basicTime(milliseconds: number): string {
  return isoTime(milliseconds).replace(/[-:]|\.\d+/g, '');
}
