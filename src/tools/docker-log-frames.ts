/** Cuts Docker's multiplexed output (containers without a TTY) back into what was written to stdout and stderr. */
export interface ByteSink {
  push(chunk: Uint8Array): void;
  /** Hands on what was not ended by a newline. */
  end(): void;
}

export interface TimedLine {
  /** RFC 3339 in UTC with nine decimals, as Docker writes it. */
  readonly time: string;
  readonly text: string;
}

/** A longer line is handed on in pieces of this many bytes, so that a program without newlines costs no more memory. */
const longestLine = 64 * 1024;

const headerLength = 8;

/** Lines of a stream that Docker attached: stdout and stderr each cut at newlines, in the order they ended. */
export function attachedLines(onLine: (text: string) => void): ByteSink {
  const cutters = byStream(() => new LineCutter((line) => onLine(line.text)));
  return demultiplexed(
    (stream, payload) => cutters(stream).push('', payload),
    () => cutters.each((cutter) => cutter.end()),
  );
}

/** Lines of a log that was asked for with `timestamps=1`: each frame begins with a time and a space. */
export function loggedLines(onLine: (line: TimedLine) => void): ByteSink {
  const cutters = byStream(() => new LineCutter(onLine));
  const onFrame = (stream: number, payload: Buffer) => {
    const space = payload.indexOf(0x20);
    cutters(stream).push(payload.toString('latin1', 0, Math.max(space, 0)), payload.subarray(space + 1));
  };
  return demultiplexed(onFrame, () => cutters.each((cutter) => cutter.end()));
}

/** Hands on each frame: 1 is stdout, 2 is stderr. Frames are `stream, 0, 0, 0, length (4 bytes, big end first), payload`: Docker's API reference, ContainerAttach. */
export function demultiplexed(
  onFrame: (stream: number, payload: Buffer) => void,
  onEnd: () => void,
): ByteSink {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      while (rest.length >= headerLength) {
        const end = headerLength + rest.readUInt32BE(4);
        if (rest.length < end) return;
        onFrame(rest[0] ?? 0, rest.subarray(headerLength, end));
        rest = rest.subarray(end);
      }
    },
    end: onEnd,
  };
}

/** Puts the bytes of one stream together to lines; the time of a line is that of its first piece. */
class LineCutter {
  #pieces: Buffer[] = [];
  #length = 0;
  #time = '';
  readonly #onLine: (line: TimedLine) => void;

  constructor(onLine: (line: TimedLine) => void) {
    this.#onLine = onLine;
  }

  push(time: string, bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
      this.#add(time, bytes.subarray(from, at));
      this.#give();
      from = at + 1;
    }
    if (from < bytes.length) this.#add(time, bytes.subarray(from));
  }

  end(): void {
    if (this.#length > 0) this.#give();
  }

  #add(time: string, bytes: Buffer): void {
    let left = bytes;
    for (;;) {
      if (this.#pieces.length === 0) this.#time = time;
      const room = longestLine - this.#length;
      this.#pieces.push(left.subarray(0, room));
      this.#length += Math.min(left.length, room);
      if (left.length <= room) return;
      this.#give();
      left = left.subarray(room);
    }
  }

  #give(): void {
    const text = Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#length = 0;
    this.#onLine({ time: this.#time, text: text.endsWith('\r') ? text.slice(0, -1) : text });
  }
}

function byStream<T>(make: () => T) {
  const made = new Map<number, T>();
  const of = (stream: number): T => {
    const known = made.get(stream) ?? make();
    made.set(stream, known);
    return known;
  };
  return Object.assign(of, { each: (visit: (one: T) => void) => made.forEach((one) => visit(one)) });
}
