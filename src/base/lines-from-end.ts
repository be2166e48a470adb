import { open, type FileHandle } from 'node:fs/promises';

const chunkSize = 64 * 1024;
const newline = 0x0a;

/** The lines of a file from the last one to the first, of which no more is read than is asked for. Empty ones are left out. */
export async function* linesFromEnd(path: string): AsyncGenerator<string> {
  const file = await open(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const { bytes, isFirst } of chunksFromEnd(file)) {
      const all = Buffer.concat([bytes, rest]);
      // What stands before the first newline goes on in the chunk before.
      const whole = isFirst ? 0 : all.indexOf(newline) + 1 || all.length;
      rest = all.subarray(0, whole);
      const lines = all.toString('utf8', whole).split('\n');
      yield* lines.toReversed().filter((line) => line !== '');
    }
  } finally {
    await file.close();
  }
}

async function* chunksFromEnd(file: FileHandle) {
  for (let at = (await file.stat()).size; at > 0; at -= chunkSize) {
    const from = Math.max(0, at - chunkSize);
    yield { bytes: await readAt(file, from, at - from), isFirst: from === 0 };
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position, length });
  return buffer.subarray(0, bytesRead);
}
