/** Longest frame that is taken; a longer one is a sign that this is no such stream. */
const longest = 64 * 1024;
const space = 0x20;

export interface FrameSink {
  /** Throws where the bytes are no such stream. */
  push(chunk: Uint8Array): void;
}

/** Cuts a stream of `LENGTH MESSAGE` (RFC 6587, octet counting) into its messages, which may hold any byte. */
export function octetFrames(onFrame: (text: string) => void): FrameSink {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
        onFrame(frame.toString('latin1'));
        rest = rest.subarray(rest.indexOf(space) + 1 + frame.length);
      }
    },
  };
}

/** The first message, where all of it is there. */
function frameIn(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf(space);
  const digits = bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
  if (!(end === -1 ? /^\d{0,6}$/ : /^\d{1,6}$/).test(digits) || Number(digits) > longest)
    throw new Error('this is no stream of frames');
  const stop = end + 1 + Number(digits);
  return end === -1 || bytes.length < stop ? undefined : bytes.subarray(end + 1, stop);
}
