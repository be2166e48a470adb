/** One field of a protobuf message: its number, and its value as a number (varint) or bytes (length-delimited). */
export interface ProtobufField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * The fields of a message, in their order. Fixed-width fields are given as their raw bytes; varints above 2^53 lose
 * precision. Throws RangeError for bytes that are no message (protobuf.dev/programming-guides/encoding).
 */
export function protobufFields(message: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  const reader = new Reader(message);
  while (!reader.ended) {
    const key = reader.varint();
    fields.push({ number: Math.floor(key / 8), value: reader.value(key % 8) });
  }
  return fields;
}

/** A message of length-delimited fields: field number -> text or bytes. */
export function protobufMessage(fields: Readonly<Record<number, string | Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, value] of Object.entries(fields)) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(varint(Number(number) * 8 + wireType.bytes), varint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

/** The text of a field's value; empty for one that is no bytes. */
export function protobufText(value: ProtobufField['value'] | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError('a protobuf message ends within a number');
      this.#at += 1;
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
  }

  value(type: number): number | Uint8Array {
    if (type === wireType.varint) return this.varint();
    if (type === wireType.bytes) return this.#take(this.varint());
    if (type === wireType.fixed64) return this.#take(8);
    if (type === wireType.fixed32) return this.#take(4);
    throw new RangeError(`a protobuf message has a field of the unknown wire type ${type}`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a protobuf message ends within a field');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
