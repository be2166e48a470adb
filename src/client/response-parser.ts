/** Status and headers (names in lowercase) of an HTTP answer. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

export interface ResponseEvents {
  onHead(head: ResponseHead): void;
  onBody(bytes: Buffer): void;
  /** The answer is whole. */
  onEnd(): void;
}

/** What came is no HTTP/1.1 answer, or not a whole one. */
export class ResponseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ResponseError';
  }
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close' | 'done';

/** A line of a head, a chunk size or a trailer is never longer: bytes. */
const longestLine = 64 * 1024;

/** Takes one HTTP/1.1 answer in pieces of any size, and tells its parts as they come (RFC 9112 sections 4, 6 and 7.1). */
export class ResponseParser {
  readonly #events: ResponseEvents;
  #state: State = 'head';
  #waiting: Buffer = Buffer.alloc(0);
  /** Bytes of body or chunk that are still to come. */
  #left = 0;
  #status: number | undefined;
  #headers = new Map<string, string>();

  constructor(events: ResponseEvents) {
    this.#events = events;
  }

  push(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (this.#step());
  }

  /** The connection was closed by the other side. Throws ResponseError when the answer is not whole. */
  close(): void {
    if (this.#state === 'until-close') this.#finish();
    if (this.#state !== 'done') throw new ResponseError('the answer was broken off');
  }

  /** Does one thing with the waiting bytes; false when it takes more of them. */
  #step(): boolean {
    switch (this.#state) {
      case 'done':
        return false;
      case 'length':
      case 'chunk':
      case 'until-close':
        return this.#takeBody();
      default:
        return this.#takeLine();
    }
  }

  #takeBody(): boolean {
    if (this.#waiting.length === 0) return false;
    const part = this.#state === 'until-close' ? this.#waiting : this.#waiting.subarray(0, this.#left);
    this.#waiting = this.#waiting.subarray(part.length);
    this.#events.onBody(part);
    this.#left -= part.length;
    if (this.#left === 0 && this.#state === 'length') this.#finish();
    if (this.#left === 0 && this.#state === 'chunk') this.#state = 'chunk-end';
    return true;
  }

  #takeLine(): boolean {
    const end = this.#waiting.indexOf('\n');
    if (end < 0 && this.#waiting.length > longestLine)
      throw new ResponseError('a line of the answer is too long');
    if (end < 0) return false;
    const line = this.#waiting.toString('latin1', 0, end).replace(/\r$/, '');
    this.#waiting = this.#waiting.subarray(end + 1);
    if (this.#state === 'head') this.#takeHeadLine(line);
    else if (this.#state === 'chunk-size') this.#takeChunkSize(line);
    else if (this.#state === 'chunk-end') this.#state = 'chunk-size';
    else if (line === '') this.#finish();
    return true;
  }

  #takeHeadLine(line: string): void {
    if (this.#status === undefined) {
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1];
      if (status === undefined) throw new ResponseError('the answer is not HTTP');
      this.#status = Number(status);
    } else if (line === '') this.#endHead(this.#status);
    else
      this.#headers.set(
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      );
  }

  #endHead(status: number): void {
    const headers = this.#headers;
    this.#status = undefined;
    this.#headers = new Map();
    if (status < 200) return;
    this.#events.onHead({ status, headers });
    const length = headers.get('content-length');
    this.#left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
    if (status === 204) this.#finish();
    else if (headers.get('transfer-encoding') === 'chunked') this.#state = 'chunk-size';
    else if (length === undefined) this.#state = 'until-close';
    else if (this.#left === 0) this.#finish();
    else this.#state = 'length';
  }

  #takeChunkSize(line: string): void {
    const size = /^[0-9a-fA-F]{1,8}/.exec(line)?.[0];
    if (size === undefined) throw new ResponseError('a chunk of the answer has no size');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'chunk';
  }

  #finish(): void {
    this.#state = 'done';
    this.#events.onEnd();
  }
}
