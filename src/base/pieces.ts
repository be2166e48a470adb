/** A piece of a stream; `last` is true for the last one only, which is shorter or of the same size. */
export interface Piece {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Cuts a stream of bytes into pieces of one size. A stream without a byte is one empty piece. */
export async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Piece> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source) {
    parts.push(chunk);
    held += chunk.length;
    // A whole piece is held back until more comes: it may be the last.
    if (held <= size) continue;
    const all = Buffer.concat(parts, held);
    let at = 0;
    for (; held - at > size; at += size) yield { bytes: all.subarray(at, at + size), last: false };
    parts = [all.subarray(at)];
    held -= at;
  }
  yield { bytes: Buffer.concat(parts, held), last: true };
}
