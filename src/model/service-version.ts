/** `postgres` and `15` of `postgres:15`. The version may not be missing: a service's reference always has one. */
export function splitReference(reference: string): { readonly image: string; readonly version: string } {
  const colon = reference.lastIndexOf(':');
  return { image: reference.slice(0, colon), version: reference.slice(colon + 1) };
}

/**
 * Whether the program of one image may go on with the data files that another one wrote: the same image, with a version
 * that says the same more or less exactly, as 15 and 15.6 do. Of any others nobody knows, and their data is moved.
 */
export function sharesData(one: string, other: string): boolean {
  const [a, b] = [splitReference(one), splitReference(other)];
  const [short = [], long = []] = [a, b]
    .map(({ version }) => version.split('.'))
    .sort((x, y) => x.length - y.length);
  return a.image === b.image && short.every((part, at) => part === long[at]);
}

/** The later one of two versions made of numbers; the first where that is not to be told. */
export function laterVersion(first: string, second: string): string {
  if (![first, second].every((version) => /^\d+(\.\d+)*$/.test(version))) return first;
  const [a = [], b = []] = [first, second].map((version) => version.split('.').map(Number));
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (b[at] ?? -1) > (a[at] ?? -1) ? second : first;
}
