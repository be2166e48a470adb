import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { attachedLines, loggedLines, type TimedLine } from './docker-log-frames.ts';

function frame(stream: number, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

function attached(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const sink = attachedLines((line) => lines.push(line));
  for (const chunk of chunks) sink.push(chunk);
  sink.end();
  return lines;
}

describe("Docker's multiplexed output", () => {
  it('becomes lines, whatever the chunks it comes in', () => {
    const whole = Buffer.concat([
      frame(1, 'één\r\ntw'),
      frame(2, 'warning\n'),
      frame(1, 'o\n\n'),
      frame(1, 'rest'),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, at) => whole.subarray(places[at], end));
        assert.deepEqual(attached(chunks), ['één', 'warning', 'two', '', 'rest']);
      }),
    );
  });

  it('keeps a character whole that two frames share', () => {
    const bytes = Buffer.from('é\n');
    assert.deepEqual(attached([frame(1, bytes.subarray(0, 1)), frame(1, bytes.subarray(1))]), ['é']);
  });

  it('hands a line without end on in pieces', () => {
    const lines = attached([frame(1, 'x'.repeat(150_000))]);
    assert.deepEqual(
      lines.map((line) => line.length),
      [65_536, 65_536, 18_928],
    );
  });

  it('has the time of the first piece for a line that was logged in several', () => {
    const lines: TimedLine[] = [];
    const sink = loggedLines((line) => lines.push(line));
    sink.push(frame(1, '2026-01-01T00:00:00.000000001Z begin '));
    sink.push(frame(2, '2026-01-01T00:00:00.000000002Z other\n'));
    sink.push(frame(1, '2026-01-01T00:00:00.000000003Z end\n'));
    assert.deepEqual(lines, [
      { time: '2026-01-01T00:00:00.000000002Z', text: 'other' },
      { time: '2026-01-01T00:00:00.000000001Z', text: 'begin end' },
    ]);
  });
});
