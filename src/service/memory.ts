import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { failure } from '../model/failures.ts';
import { type Service, type ServiceName, serviceKey, serviceOfKey } from '../model/service.ts';
import { kinds } from './kinds/kinds.ts';
import {
  type Conversation,
  dumpEnd,
  type Inside,
  type InsideCommand,
  type InsideEnd,
  type Kind,
  type ServiceLogQuery,
  type Services,
  type Standing,
} from './service.ts';

interface Entry {
  running: boolean;
  data: Buffer;
}

/** Datastores without anything behind them, for tests of what uses Services: each is a row in a Map. */
export class MemoryServices implements Services {
  readonly kinds = kinds;
  readonly #entries = new Map<string, Entry>();
  /** Those that do not answer, by their keys. */
  readonly deaf = new Set<string>();

  async start(service: Service, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const entry = this.#entries.get(serviceKey(service)) ?? { running: false, data: Buffer.alloc(0) };
    entry.running = true;
    this.#entries.set(serviceKey(service), entry);
  }

  async stop(service: Service): Promise<void> {
    const entry = this.#entries.get(serviceKey(service));
    if (entry) entry.running = false;
  }

  async waitReady(service: Service, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#running(service);
    if (!this.deaf.has(serviceKey(service))) return;
    throw failure('E_SERVICE_NOT_READY', `${serviceKey(service)} does not take requests: it is deaf`);
  }

  async standing(service: ServiceName): Promise<Standing> {
    const runs = this.#entries.get(serviceKey(service))?.running === true;
    return runs ? { state: 'running', startedAt: 0 } : { state: 'stopped', startedAt: null };
  }

  async list(): Promise<readonly ServiceName[]> {
    return [...this.#entries.keys()].sort().flatMap((key) => serviceOfKey(key) ?? []);
  }

  async remove(service: ServiceName, { data }: { readonly data: boolean }): Promise<void> {
    const entry = this.#entries.get(serviceKey(service));
    if (data) this.#entries.delete(serviceKey(service));
    else if (entry) entry.running = false;
  }

  async open(service: Service, command: InsideCommand): Promise<Inside> {
    const entry = this.#running(service);
    const { dump, restore, count, facts } = kinds[service.kind];
    const asks = (known: Kind['dump']) =>
      JSON.stringify(known?.(service.login).argv) === JSON.stringify(command.argv);
    if (asks(restore)) return restoring(entry);
    if (asks(count)) return ended(Buffer.from(`bytes\t${entry.data.length}\n`));
    if (asks(facts)) return ended(Buffer.from(`size\t${entry.data.length}\n`));
    return ended(asks(dump) ? entry.data : Buffer.alloc(0));
  }

  /** Prints the words of the command, and then what is typed. */
  async attach(service: Service, { argv }: InsideCommand): Promise<Conversation> {
    this.#running(service);
    const output = new PassThrough();
    output.write(`${argv.join(' ')}\n`);
    return { input: output, output, end: finished(output, { readable: false }).then(() => 0) };
  }

  async logs(service: ServiceName, { onLine }: ServiceLogQuery): Promise<void> {
    if (this.#entries.has(serviceKey(service)))
      onLine({ time: '2026-01-01T00:00:00.000000000Z', text: 'ready' });
  }

  #running(service: ServiceName): Entry {
    const entry = this.#entries.get(serviceKey(service));
    if (entry?.running) return entry;
    throw failure('E_SERVICE_STOPPED', `${serviceKey(service)} does not run`);
  }
}

const well: InsideEnd = { exitCode: 0, errors: [] };

function ended(output: Buffer): Inside {
  const input = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { input, output: Readable.from([output]), end: Promise.resolve(well) };
}

/** What did not come whole is refused, and a text that begins with `broken`. */
function restoring(entry: Entry): Inside {
  const input = new PassThrough();
  const end = buffer(input).then((all): InsideEnd => {
    const data = all.subarray(0, -dumpEnd.length);
    const isWhole = all.subarray(-dumpEnd.length).equals(Buffer.from(dumpEnd));
    if (!isWhole || data.subarray(0, 6).equals(Buffer.from('broken')))
      return { exitCode: 1, errors: ['it is broken'] };
    entry.data = data;
    return well;
  });
  return { input, output: Readable.from([]), end };
}
