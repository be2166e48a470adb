import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ResponseError, type ResponseHead, ResponseParser } from './response-parser.ts';

function collect() {
  const seen = { heads: [] as ResponseHead[], bytes: Buffer.alloc(0), ends: 0 };
  const parser = new ResponseParser({
    onHead: (head) => seen.heads.push(head),
    onBody: (bytes) => (seen.bytes = Buffer.concat([seen.bytes, bytes])),
    onEnd: () => (seen.ends += 1),
  });
  return { seen, parser };
}

const chunked = [
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b: c\r\n\r\n',
  '6;extension=1\r\nHello \r\n',
  '5\r\nwörl\r\n1\r\nd\r\n',
  '0\r\nTrailer: x\r\n\r\n',
].join('');

describe('an HTTP answer', () => {
  it('is the same in one piece and byte by byte', () => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const { seen, parser } = collect();
      const bytes = Buffer.from(chunked, 'utf8');
      const pieces = Math.ceil(bytes.length / size);
      for (let at = 0; at < pieces; at += 1) parser.push(bytes.subarray(at * size, (at + 1) * size));
      assert.equal(seen.heads[0]?.status, 200);
      assert.equal(seen.heads[0]?.headers.get('x-a'), 'b: c');
      assert.equal(seen.ends, 1);
      assert.equal(String(seen.bytes), 'Hello wörld');
      parser.close();
    }
  });

  it('gives the first chunk before the second has come', () => {
    const { seen, parser } = collect();
    parser.push(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n'));
    assert.deepEqual([String(seen.bytes), seen.ends], ['hi', 0]);
  });

  it('ends by its length, or with the connection where it has none', () => {
    const byLength = collect();
    byLength.parser.push(Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno'));
    assert.deepEqual(
      [byLength.seen.heads[0]?.status, String(byLength.seen.bytes), byLength.seen.ends],
      [404, 'no', 1],
    );
    const empty = collect();
    empty.parser.push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    assert.equal(empty.seen.ends, 1);
    const byClose = collect();
    byClose.parser.push(Buffer.from('HTTP/1.0 200 OK\r\n\r\nall'));
    assert.equal(byClose.seen.ends, 0);
    byClose.parser.close();
    assert.deepEqual([String(byClose.seen.bytes), byClose.seen.ends], ['all', 1]);
  });

  it('may have interim answers before it', () => {
    const { seen, parser } = collect();
    parser.push(Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx'));
    assert.deepEqual([seen.heads.length, String(seen.bytes)], [1, 'x']);
  });

  it('is no answer when it is cut off, or something else than HTTP', () => {
    for (const length of [0, 10, 60, 75, chunked.length - 2]) {
      const { parser } = collect();
      parser.push(Buffer.from(chunked.slice(0, length)));
      assert.throws(() => parser.close(), ResponseError);
    }
    assert.throws(() => collect().parser.push(Buffer.from('SSH-2.0-OpenSSH\r\n')), ResponseError);
    const chunk = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n');
    assert.throws(() => collect().parser.push(chunk), ResponseError);
    assert.throws(() => collect().parser.push(Buffer.alloc(70_000, 'a')), ResponseError);
  });
});
