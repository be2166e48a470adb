import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BuildLines, plainLine } from './buildkit-lines.ts';
import { protobufFields, protobufMessage } from './buildkit-protobuf.ts';
import { decodeTrace } from './buildkit-trace.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('A trace gives steps with their times in milliseconds.', () => {
  const started = Buffer.from([0x08, 0x05, 0x10, ...varint(250_000_000)]);
  const vertex = Buffer.concat([
    protobufMessage({ 1: digest, 3: '[2/2] RUN echo oops' }),
    Buffer.from([0x20, 0x01]),
    protobufMessage({ 5: started, 7: 'exit code: 3' }),
  ]);
  const trace = decodeTrace(Buffer.from(protobufMessage({ 1: vertex })).toString('base64'));
  assert.deepEqual(trace, {
    vertexes: [
      {
        digest,
        name: '[2/2] RUN echo oops',
        cached: true,
        started: 5250,
        completed: null,
        error: 'exit code: 3',
      },
    ],
    statuses: [],
    logs: [],
  });
});

test('A trace tells stdout from stderr and keeps bytes as they are.', () => {
  const log = Buffer.concat([
    protobufMessage({ 1: digest }),
    Buffer.from([0x18, 2]),
    protobufMessage({ 4: Uint8Array.of(0xc3) }),
  ]);
  const { logs } = decodeTrace(Buffer.from(protobufMessage({ 3: log })).toString('base64'));
  assert.deepEqual(
    logs.map(({ vertex, stream, bytes }) => ({ vertex, stream, bytes: [...bytes] })),
    [{ vertex: digest, stream: 'stderr', bytes: [0xc3] }],
  );
});

test('A message that is cut is refused.', () => {
  const whole = protobufMessage({ 1: 'hello' });
  assert.throws(() => protobufFields(whole.subarray(0, -1)), RangeError);
  assert.throws(() => protobufFields(Uint8Array.of(0x80)), RangeError);
});

test('A field longer than 127 bytes comes back as it was written.', () => {
  const [field] = protobufFields(protobufMessage({ 2: 'x'.repeat(70_000) }));
  assert.equal(field?.number, 2);
  assert.equal(field?.value instanceof Uint8Array && field.value.length, 70_000);
});

test('Lines are made whole over the bounds of chunks, each stream for itself.', () => {
  const lines: string[] = [];
  const collect = new BuildLines((vertex, line) => lines.push(`${vertex}:${line}`));
  const push = (vertex: string, stream: 'stdout' | 'stderr', bytes: Uint8Array) =>
    collect.push({ vertex, stream, bytes });
  push('a', 'stdout', Buffer.from('on'));
  push('b', 'stdout', Buffer.from('other\n'));
  push('a', 'stderr', Buffer.from('bad\n'));
  push('a', 'stdout', Buffer.from('e \u00e4', 'utf8').subarray(0, 3));
  push('a', 'stdout', Buffer.from('\u00e4\nlast', 'utf8').subarray(1));
  collect.end('a');
  assert.deepEqual(lines, ['b:other', 'a:bad', 'a:one ä', 'a:last']);
});

test('A line keeps what a progress bar wrote last, without colours.', () => {
  assert.equal(plainLine('10%\r50%\r\u001b[32m100%\u001b[0m '), '100%');
  assert.equal(plainLine('done\r'), 'done');
  assert.equal(plainLine('  indented'), '  indented');
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}
