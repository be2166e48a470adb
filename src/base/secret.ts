import { inspect } from 'node:util';

const shown = '[hidden]';

/**
 * A value that must not be printed. Templates, JSON, inspect and logs show `[hidden]`;
 * only `reveal()` gives the text, and only the driver that hands it over calls it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}

/** The text of a value that may be a secret. For the last step only, where it is handed to a program. */
export function reveal(value: Secret | string): string {
  return typeof value === 'string' ? value : value.reveal();
}
