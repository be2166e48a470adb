import type { SQLOutputValue } from 'node:sqlite';
import type { z } from 'zod';

/** One row of a result. Each getter checks what the column holds: a value of another type is a bug and throws. */
export class Row {
  readonly #columns: Readonly<Record<string, SQLOutputValue>>;

  constructor(columns: Readonly<Record<string, SQLOutputValue>>) {
    this.#columns = columns;
  }

  text(name: string): string {
    const value = this.#value(name);
    return typeof value === 'string' ? value : this.#wrong(name, 'a text');
  }

  textOrNull(name: string): string | null {
    return this.#value(name) === null ? null : this.text(name);
  }

  integer(name: string): number {
    const value = this.#value(name);
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : this.#wrong(name, 'an integer');
  }

  integerOrNull(name: string): number | null {
    return this.#value(name) === null ? null : this.integer(name);
  }

  /** A column of 0 and 1. */
  flag(name: string): boolean {
    const value = this.integer(name);
    return value === 0 || value === 1 ? value === 1 : this.#wrong(name, '0 or 1');
  }

  bytes(name: string): Uint8Array {
    const value = this.#value(name);
    return value instanceof Uint8Array ? value : this.#wrong(name, 'bytes');
  }

  bytesOrNull(name: string): Uint8Array | null {
    return this.#value(name) === null ? null : this.bytes(name);
  }

  /** One of a fixed set of words. */
  oneOf<T extends string>(name: string, words: readonly T[]): T {
    const value = this.text(name);
    return words.find((word) => word === value) ?? this.#wrong(name, words.join(' or '));
  }

  /** A text of JSON, checked by a schema. */
  json<T>(name: string, schema: z.ZodType<T>): T {
    return schema.parse(JSON.parse(this.text(name)));
  }

  #value(name: string): SQLOutputValue {
    const value = this.#columns[name];
    return value === undefined ? this.#wrong(name, 'there') : value;
  }

  #wrong(name: string, expected: string): never {
    throw new Error(`Column ${name} of the store is not ${expected}`);
  }
}
