/**
 * Something went wrong that the user can act on: shown as message and hint, never with a stack.
 * Every other error is a bug. The codes are listed in model/failures.ts, which also makes these.
 */
export class Failure extends Error {
  readonly code: string;
  /** What to do about it, one sentence or command. */
  readonly hint: string | undefined;
  /** Further lines to show, such as the last lines of a log. */
  readonly detail: readonly string[];
  /** Milliseconds until it may be tried again, where the other side said so. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, more: FailureMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Failure';
    this.code = code;
    this.hint = more.hint;
    this.detail = more.detail ?? [];
    this.retryAfter = more.retryAfter;
  }
}

export interface FailureMore {
  readonly hint?: string | undefined;
  readonly detail?: readonly string[] | undefined;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** The text of anything thrown, for a message that wraps it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error (`ENOENT`, `ECONNREFUSED`), or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
