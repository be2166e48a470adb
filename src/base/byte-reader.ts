const newline = 10;

/** Reads the start of a stream by lines and counts of bytes, then hands on the rest. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes, still to be read; fewer than asked for where the stream ends. */
  async peek(count: number): Promise<Buffer> {
    while (this.#held.length < count && (await this.#more()));
    return this.#held.subarray(0, count);
  }

  /** The next bytes; fewer than asked for where the stream ends. */
  async take(count: number): Promise<Buffer> {
    const bytes = await this.peek(count);
    this.#held = this.#held.subarray(bytes.length);
    return bytes;
  }

  /** The next line without its end; undefined where none ends within so many bytes. */
  async line(longest: number): Promise<string | undefined> {
    let end = this.#held.indexOf(newline);
    while (end === -1 && this.#held.length < longest && (await this.#more()))
      end = this.#held.indexOf(newline);
    if (end === -1 || end > longest) return undefined;
    const bytes = await this.take(end + 1);
    return bytes.subarray(0, end).toString('latin1');
  }

  /** All that was not read yet. */
  async *rest(): AsyncGenerator<Buffer> {
    try {
      do {
        const bytes = this.#held;
        this.#held = Buffer.alloc(0);
        if (bytes.length > 0) yield bytes;
      } while (await this.#more());
    } finally {
      await this.#source.return?.();
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    return true;
  }
}
