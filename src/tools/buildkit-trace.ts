import { protobufFields, protobufText, type ProtobufField } from './buildkit-protobuf.ts';

/** One report of BuildKit on a running build (moby.buildkit.v1.StatusResponse). */
export interface BuildTrace {
  readonly vertexes: readonly TraceVertex[];
  readonly statuses: readonly TraceStatus[];
  readonly logs: readonly TraceLog[];
}

/** A step of the build; reported again each time that something of it changes. */
export interface TraceVertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  /** Milliseconds since 1970, or null: not yet. */
  readonly started: number | null;
  readonly completed: number | null;
  /** Empty: none. */
  readonly error: string;
}

/** Progress within a step, such as a layer that is pulled; amounts in bytes. */
export interface TraceStatus {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
}

/** A piece of what a step's program wrote: not always whole lines, and cut within a character now and then. */
export interface TraceLog {
  readonly vertex: string;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/**
 * Reads the `aux` of a `moby.buildkit.trace` line: a StatusResponse in base64. The numbers of the fields are those of
 * BuildKit's api/services/control/control.proto. Throws RangeError for anything else.
 */
export function decodeTrace(base64: string): BuildTrace {
  const vertexes: TraceVertex[] = [];
  const statuses: TraceStatus[] = [];
  const logs: TraceLog[] = [];
  for (const { number, value } of protobufFields(Buffer.from(base64, 'base64'))) {
    if (typeof value === 'number') continue;
    if (number === 1) vertexes.push(vertex(lastOf(value)));
    if (number === 2) statuses.push(status(lastOf(value)));
    if (number === 3) logs.push(log(lastOf(value)));
  }
  return { vertexes, statuses, logs };
}

type Fields = ReadonlyMap<number, ProtobufField['value']>;

/** Field number -> value; of a repeated field the last. */
function lastOf(message: Uint8Array): Fields {
  return new Map(protobufFields(message).map(({ number, value }) => [number, value]));
}

function vertex(fields: Fields): TraceVertex {
  return {
    digest: protobufText(fields.get(1)),
    name: protobufText(fields.get(3)),
    cached: fields.get(4) === 1,
    started: time(fields.get(5)),
    completed: time(fields.get(6)),
    error: protobufText(fields.get(7)),
  };
}

function status(fields: Fields): TraceStatus {
  return {
    id: protobufText(fields.get(1)),
    vertex: protobufText(fields.get(2)),
    current: count(fields.get(4)),
    total: count(fields.get(5)),
  };
}

function log(fields: Fields): TraceLog {
  const bytes = fields.get(4);
  return {
    vertex: protobufText(fields.get(1)),
    stream: fields.get(3) === 2 ? 'stderr' : 'stdout',
    bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(),
  };
}

/** google.protobuf.Timestamp: seconds, nanoseconds. */
function time(value: ProtobufField['value'] | undefined): number | null {
  if (!(value instanceof Uint8Array)) return null;
  const fields = lastOf(value);
  return count(fields.get(1)) * 1000 + Math.floor(count(fields.get(2)) / 1_000_000);
}

function count(value: ProtobufField['value'] | undefined): number {
  return typeof value === 'number' ? value : 0;
}
