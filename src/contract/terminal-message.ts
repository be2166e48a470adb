import type { TerminalSize } from '../base/terminal.ts';

/** What goes from a terminal to the program that runs in it, one a line, in the body of a request. */
export type TerminalMessage =
  /** Base64 of what was typed. */
  { readonly t: 'keys'; readonly data: string } | ({ readonly t: 'size' } & TerminalSize);

/** What a terminal says that it is, in TERM: the name of a file in terminfo. */
export const terminalKind = /^[A-Za-z0-9._+-]{1,64}$/;

/** Most columns or rows that a terminal has: what Docker and the kernel take, 16 bits. */
export const mostCharacters = 65_535;

/** A message as one line, with its newline. */
export function encodeTerminalMessage(message: TerminalMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** A message from its line; undefined for anything else. */
export function decodeTerminalMessage(line: string): TerminalMessage | undefined {
  const { t, data, columns, rows } = fieldsOf(line);
  if (t === 'keys' && typeof data === 'string') return { t, data };
  if (t === 'size' && isLength(columns) && isLength(rows)) return { t, columns, rows };
  return undefined;
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= mostCharacters;
}

function fieldsOf(line: string): Partial<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(line) as object) };
  } catch {
    return {}; // No JSON, and so no message.
  }
}
