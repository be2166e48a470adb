import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandMessage, decodeCommandMessage, encodeMessage } from './message.ts';

const messages: readonly CommandMessage[] = [
  { t: 'out', text: '-----> Building "a"\nb' },
  { t: 'err', text: '' },
  { t: 'confirm', expect: 'shop', lines: [' !     WARNING'] },
  { t: 'end', exit: 20 },
];

test('a message is one line, and the same after it', () => {
  for (const message of messages) {
    const line = encodeMessage(message);
    assert.equal(line.indexOf('\n'), line.length - 1);
    assert.deepEqual(decodeCommandMessage(line), message);
  }
});

test('anything else is no message', () => {
  for (const line of [
    '',
    'x',
    'null',
    '1',
    '[]',
    '{}',
    '{"t":"out"}',
    '{"t":"end"}',
    '{"t":"confirm"}',
    '{"t":"what","text":"x"}',
  ]) {
    assert.throws(() => decodeCommandMessage(line), SyntaxError, line);
  }
});
