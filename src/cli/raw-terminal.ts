import { Readable } from 'node:stream';
import type { CommandRequest } from '../contract/message.ts';
import { encodeTerminalMessage, terminalKind } from '../contract/terminal-message.ts';

/**
 * What is typed in the terminal of this process from now on, each key at once and none acted on here: Ctrl-C is one like
 * any other. Its messages are for slipwayd; when they are destroyed, the terminal is as before.
 */
export function rawTerminal(): {
  readonly stdin: Readable;
  readonly terminal: NonNullable<CommandRequest['terminal']>;
} {
  const { stdin, stdout } = process;
  const onKeys = (keys: Buffer) =>
    messages.push(encodeTerminalMessage({ t: 'keys', data: keys.toString('base64') }));
  const onResize = () => messages.push(encodeTerminalMessage({ t: 'size', ...sizeOf(stdout) }));
  const onEnd = () => messages.push(null);
  const messages = new Readable({
    read() {},
    destroy(error, done) {
      stdin.off('data', onKeys).off('end', onEnd).pause();
      stdout.off('resize', onResize);
      stdin.setRawMode(false);
      done(error);
    },
  });
  stdin.setRawMode(true);
  stdin.on('data', onKeys).on('end', onEnd);
  stdout.on('resize', onResize);
  return { stdin: messages, terminal: { kind: kindOf(process.env['TERM']), ...sizeOf(stdout) } };
}

/** A terminal that knows no size of its own says 0. */
function sizeOf({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  return { columns: columns || 80, rows: rows || 24 };
}

function kindOf(term: string | undefined): string {
  return term !== undefined && terminalKind.test(term) ? term : 'dumb';
}
