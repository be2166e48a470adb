import type { OutputOf } from '../contract/operations.ts';
import { failure } from '../model/failures.ts';
import type { Call } from './deps.ts';
import type { OutputFiles } from './output-files.ts';

interface Kept {
  readonly files: OutputFiles;
  readonly id: number;
  /** What a failure calls it: `deploy 5`. */
  readonly what: string;
  /** Why there may be no output, and where else to look. */
  readonly hint: string;
  /** Whether no more lines come; null: it is not followed. */
  readonly isOver: (() => boolean) | null;
}

/** What was printed so far; where it is followed, told line by line until it is over. Throws E_NOT_FOUND. */
export async function keptOutput(
  { out, signal }: Call,
  { files, id, what, hint, isOver }: Kept,
): Promise<OutputOf<'deploys:output'>> {
  const lines = await files.read(id);
  if (!lines) throw failure('E_NOT_FOUND', `What ${what} printed is not kept`, { hint });
  if (isOver === null) return { lines };
  await files.follow(id, { onLine: (line) => out[line.kind](line.text), isOver, signal });
  return { lines: [] };
}
