/** Text of an address with its `%40` and the like decoded; what is no such escape, `%zz`, means itself. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
