import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TerminalSize } from '../base/terminal.ts';
import { encodeTerminalMessage } from '../contract/terminal-message.ts';
import { terminalBody } from './terminal-body.ts';

const start = { kind: 'xterm', size: { columns: 80, rows: 24 } };
const keysOf = (typed: string) =>
  encodeTerminalMessage({ t: 'keys', data: Buffer.from(typed).toString('base64') });

test('what is typed comes out in its order, sizes aside, wherever the pieces are cut', async () => {
  const body = new PassThrough();
  const sizes: TerminalSize[] = [];
  const { keys, terminal } = terminalBody(body, start);
  terminal.onResize(({ columns, rows }) => sizes.push({ columns, rows }));
  const sent = `${keysOf('select ')}${encodeTerminalMessage({ t: 'size', columns: 100, rows: 30 })}${keysOf('1;ä')}`;
  for (const letter of sent) body.write(letter);
  body.end();
  assert.equal(await text(keys), 'select 1;ä');
  assert.deepEqual(sizes, [{ columns: 100, rows: 30 }]);
  assert.deepEqual([terminal.kind, terminal.size], [start.kind, start.size]);
});

test('a line that is no message ends it with what is wrong', async () => {
  const body = new PassThrough();
  const { keys } = terminalBody(body, start);
  body.write('select 1;\n');
  await assert.rejects(text(keys), { code: 'E_INPUT' });
});

test('where the body breaks off, so do the keys', async () => {
  const body = new PassThrough();
  const { keys } = terminalBody(body, start);
  body.destroy(new Error('gone'));
  await assert.rejects(text(keys), { message: 'gone' });
});
