const longest = 30 * 86_400_000;

/** Milliseconds of a `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), at most 30 days; undefined: none. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longest);
}
