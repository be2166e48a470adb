import { PassThrough, type Readable } from 'node:stream';
import { lineSplitter } from '../base/line-splitter.ts';
import type { Terminal, TerminalSize } from '../base/terminal.ts';
import { decodeTerminalMessage } from '../contract/terminal-message.ts';
import { failure } from '../model/failures.ts';

export interface TerminalBody {
  /** What is typed, as it comes. */
  readonly keys: Readable;
  readonly terminal: Terminal;
}

/**
 * Takes the body of a request apart that comes from a terminal: lines of terminal messages. `keys` fails with E_INPUT
 * at a line that is none, and as the body fails.
 */
export function terminalBody(
  body: Readable,
  { kind, size }: { readonly kind: string; readonly size: TerminalSize },
): TerminalBody {
  let onSize: (size: TerminalSize) => void = () => {};
  const keys = new PassThrough();
  const take = (line: string) => {
    const message = decodeTerminalMessage(line);
    if (message === undefined) keys.destroy(failure('E_INPUT', 'What came is no message of a terminal'));
    else if (message.t === 'size') onSize(message);
    else if (!keys.write(message.data, 'base64')) body.pause();
  };
  const lines = lineSplitter(take);
  keys.on('drain', () => body.resume());
  // A reader that gave up is no reason for an unhandled error.
  keys.on('error', () => {});
  body.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
  body.on('end', () => keys.end());
  body.on('error', (error) => keys.destroy(error));
  const onResize: Terminal['onResize'] = (listener) => {
    onSize = listener;
  };
  return { keys, terminal: { kind, size, onResize } };
}
