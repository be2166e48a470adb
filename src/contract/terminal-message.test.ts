import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTerminalMessage, encodeTerminalMessage, type TerminalMessage } from './terminal-message.ts';

test('a message is one line, and comes back as it was', () => {
  const messages: readonly TerminalMessage[] = [
    { t: 'keys', data: Buffer.from('\x03\n').toString('base64') },
    { t: 'size', columns: 80, rows: 24 },
  ];
  for (const message of messages) {
    const line = encodeTerminalMessage(message);
    assert.equal(line.indexOf('\n'), line.length - 1);
    assert.deepEqual(decodeTerminalMessage(line), message);
  }
});

test('what is no message is none, and neither is a size that no terminal has', () => {
  const wrong = [
    '',
    'keys',
    'null',
    '[]',
    '{"t":"keys"}',
    '{"t":"keys","data":1}',
    '{"t":"size","columns":80}',
    '{"t":"size","columns":0,"rows":24}',
    '{"t":"size","columns":80.5,"rows":24}',
    '{"t":"size","columns":"80","rows":24}',
    '{"t":"size","columns":80,"rows":65536}',
  ];
  for (const line of wrong) assert.equal(decodeTerminalMessage(line), undefined, line);
});
