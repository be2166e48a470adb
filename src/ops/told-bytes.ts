import type { Out } from '../model/line.ts';
import { formatBytes } from '../model/size.ts';

/** Milliseconds between two lines: who waits sees that it goes on, and short work says nothing. */
const pause = 5000;

/** The same bytes, and every few seconds a line of how many there were: `12 MiB dumped so far`. */
export async function* toldBytes(
  source: AsyncIterable<Buffer>,
  { out, done }: { readonly out: Out; readonly done: string },
): AsyncGenerator<Buffer> {
  let bytes = 0;
  let due = performance.now() + pause;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (performance.now() >= due) {
      out.detail(`${formatBytes(bytes)} ${done} so far`);
      due = performance.now() + pause;
    }
    yield chunk;
  }
}
