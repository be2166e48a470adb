import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { der, objectId, readDer, tags } from './der.ts';

test('what is written is read: any tag, any length', () => {
  const value = fc.record({
    tag: fc.integer({ min: 1, max: 0xff }),
    content: fc.uint8Array({ maxLength: 70_000 }),
  });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), (values) => {
      const written = values.map(({ tag, content }) => der(tag, Buffer.from(content)));
      const read = readDer(Buffer.concat(written)).map(({ tag, content }) => ({
        tag,
        content: [...content],
      }));
      assert.deepEqual(
        read,
        values.map(({ tag, content }) => ({ tag, content: [...content] })),
      );
    }),
    { numRuns: 50 },
  );
});

test('bytes of anybody are read, or refused with a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        readDer(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
  );
});

test('lengths take as many bytes as they need: X.690, 8.1.3', () => {
  assert.equal(der(tags.octetString, Buffer.alloc(127)).subarray(0, 2).toString('hex'), '047f');
  assert.equal(der(tags.octetString, Buffer.alloc(128)).subarray(0, 3).toString('hex'), '048180');
  assert.equal(der(tags.octetString, Buffer.alloc(256)).subarray(0, 4).toString('hex'), '04820100');
});

test('an object identifier with a number of several bytes: sha256WithRSAEncryption', () => {
  assert.equal(objectId('1.2.840.113549.1.1.11').toString('hex'), '06092a864886f70d01010b');
});
