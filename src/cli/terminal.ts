import type { Readable } from 'node:stream';

/** Whether and how wide the output is seen by a person. */
export function look(): { readonly color: boolean; readonly width?: number } {
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return { color: false };
  return { color: !process.env['NO_COLOR'], ...(columns > 0 ? { width: columns } : {}) };
}

/** The next line of a stream without its newline; undefined at its end. Leaves the stream paused. */
export function readLine(stream: Readable): Promise<string | undefined> {
  if (stream.destroyed || stream.readableEnded) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let text = '';
    const finish = (line: string | undefined) => {
      stream.off('data', onData).off('end', onEnd).pause();
      resolve(line);
    };
    const onData = (chunk: Buffer | string) => {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end));
    };
    const onEnd = () => finish(text === '' ? undefined : text);
    stream.on('data', onData).on('end', onEnd);
  });
}

/** Ends this process when all that was written has gone out. */
export async function exitWith(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((sent) => stream.write('', () => sent())),
    ),
  );
  process.exit(code);
}

/** A reader that went away, as `head` does, is the end, and nothing to complain about: 141 as by SIGPIPE. */
export function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if ('code' in error && error.code === 'EPIPE') process.exit(141);
      throw error;
    });
  }
}

/**
 * Ends this process when the one that started it is gone. sshd without a terminal sends no signal when the connection
 * is lost; then the command has to be cancelled all the same, as it is when Ctrl-C ends a local one.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(129);
  }, 500).unref();
}
