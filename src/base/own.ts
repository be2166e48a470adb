/** The value under a key of a record, or undefined. Unlike `record[key]` never something of its prototype, such as `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
