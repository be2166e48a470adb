import type { OutputOf } from '../contract/operations.ts';
import { failure } from '../model/failures.ts';
import type { Call } from './deps.ts';
import type { OutputFiles } from './output-files.ts';

interface Kept {
  readonly files: OutputFiles;
  readonly id: number;
  /** Whether no more lines come; null: it is not followed. */
  readonly isOver: (() => boolean) | null;
}

/** What was printed so far; where it is followed, told line by line until it is over. Throws E_NOT_FOUND. */
export async function keptOutput(
  { out, signal }: Call,
  { files, id, isOver }: Kept,
): Promise<OutputOf<'deploys:output'>> {
  const lines = await files.read(id);
  if (!lines) throw failure('E_NOT_FOUND', `What number ${id} printed is not kept`);
  if (isOver === null) return { lines };
  await files.follow(id, { onLine: (line) => out[line.kind](line.text), isOver, signal });
  return { lines: [] };
}
