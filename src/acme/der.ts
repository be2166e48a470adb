/*
 * The few pieces of DER (X.690) that a certificate request is made of, and a reader for what a certificate says.
 * Written here because the smallest library for it (@peculiar/x509) is 365 kB and 11 packages.
 */

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: tag, length, content. */
export function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

export function sequence(...content: readonly Buffer[]): Buffer {
  return der(tags.sequence, ...content);
}

/** `[n]` around values, as optional parts of a structure have it. */
export function explicit(number: number, ...content: readonly Buffer[]): Buffer {
  return der(0xa0 + number, ...content);
}

/** `[n]` in place of a simple value's own tag. */
export function implicit(number: number, content: Buffer): Buffer {
  return der(0x80 + number, content);
}

export function octetString(content: Buffer): Buffer {
  return der(tags.octetString, content);
}

/** Whole bytes as a string of bits. */
export function bitString(content: Buffer): Buffer {
  return der(tags.bitString, Buffer.from([0]), content);
}

/** An object identifier such as `2.5.29.17`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(tags.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest % 128) + 128);
  return bytes;
}

export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
}

/** The values that stand one after another in these bytes. Throws RangeError for what is no DER. */
export function readDer(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { start, size } = readLength(bytes, at + 1);
    if (start + size > bytes.length) throw new RangeError('a DER value is cut off');
    values.push({ tag: bytes.readUInt8(at), content: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return values;
}

function readLength(bytes: Buffer, at: number): { start: number; size: number } {
  const first = bytes.readUInt8(at);
  if (first < 0x80) return { start: at + 1, size: first };
  const count = first - 0x80;
  if (count === 0 || count > 4) throw new RangeError('a DER value has no length that can be read');
  return { start: at + 1 + count, size: bytes.readUIntBE(at + 1, count) };
}
