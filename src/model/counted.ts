/** `1 key`, `2 keys`; `many` for a word whose plural is another one. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
