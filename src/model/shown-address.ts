/**
 * An http address as it may stand in a list, a log or an event: without a login, and without the query, where signed
 * addresses have their signature. `--`, which stands for standard input, is told as that.
 */
export function shownAddress(address: string): string {
  if (address === '--') return 'standard input';
  const url = URL.parse(address);
  return url ? `${url.origin}${url.pathname}` : 'an address';
}
