import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { failure } from '../model/failures.ts';
import {
  type Service,
  type ServiceName,
  serviceKey,
  serviceOfKey,
  stoppedService,
} from '../model/service.ts';
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
  /** The number of the volume that it runs with; null: it does not run. */
  running: number | null;
  closed: boolean;
  readonly volumes: Map<number, Buffer>;
}

/** Datastores without anything behind them, for tests of what uses Services: each is a row in a Map. */
export class MemoryServices implements Services {
  readonly kinds = kinds;
  readonly #entries = new Map<string, Entry>();
  /** Those that do not answer, by their keys. */
  readonly deaf = new Set<string>();
  /** Those that lose all that they are given. */
  readonly lossy = new Set<string>();

  async start(service: Service, signal: AbortSignal): Promise<void> {
    this.#start(service, { closed: false, signal });
  }

  async startClosed(service: Service, signal: AbortSignal): Promise<void> {
    this.#start(service, { closed: true, signal });
  }

  #start(
    service: Service,
    { closed, signal }: { readonly closed: boolean; readonly signal: AbortSignal },
  ): void {
    signal.throwIfAborted();
    const key = serviceKey(service);
    const entry = this.#entries.get(key) ?? { running: null, closed, volumes: new Map<number, Buffer>() };
    if (!entry.volumes.has(service.volume)) entry.volumes.set(service.volume, Buffer.alloc(0));
    entry.running = service.volume;
    entry.closed = closed;
    this.#entries.set(key, entry);
  }

  /** Whether linked apps would reach it. */
  isReachable(service: ServiceName): boolean {
    const entry = this.#entries.get(serviceKey(service));
    return entry !== undefined && entry.running !== null && !entry.closed;
  }

  async stop(service: Service): Promise<void> {
    const entry = this.#entries.get(serviceKey(service));
    if (entry) entry.running = null;
  }

  async waitReady(service: Service, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#running(service);
    if (!this.deaf.has(serviceKey(service))) return;
    throw failure('E_SERVICE_NOT_READY', `${serviceKey(service)} does not take requests: it is deaf`);
  }

  async standing(service: ServiceName): Promise<Standing> {
    const entry = this.#entries.get(serviceKey(service));
    return entry && entry.running !== null
      ? { state: 'running', startedAt: 0 }
      : { state: 'stopped', startedAt: null };
  }

  async address(service: ServiceName): Promise<string | null> {
    return this.isReachable(service) ? '10.0.0.2' : null;
  }

  async list(): Promise<readonly ServiceName[]> {
    return [...this.#entries.keys()].sort().flatMap((key) => serviceOfKey(key) ?? []);
  }

  async remove(service: ServiceName, { data }: { readonly data: boolean }): Promise<void> {
    const entry = this.#entries.get(serviceKey(service));
    if (data) this.#entries.delete(serviceKey(service));
    else if (entry) entry.running = null;
  }

  async fill(service: Service, tar: Readable, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const volumes = new Map([[service.volume, await buffer(tar)]]);
    this.#entries.set(serviceKey(service), { running: null, closed: false, volumes });
  }

  async volumes(service: ServiceName): Promise<readonly number[]> {
    return [...(this.#entries.get(serviceKey(service))?.volumes.keys() ?? [])];
  }

  async removeVolume(service: ServiceName & Pick<Service, 'volume'>): Promise<void> {
    this.#entries.get(serviceKey(service))?.volumes.delete(service.volume);
  }

  async open(service: Service, command: InsideCommand): Promise<Inside> {
    const { volumes, number } = this.#running(service);
    const data = volumes.get(number) ?? Buffer.alloc(0);
    const { dump, base, restore, count, facts } = kinds[service.kind];
    const asks = (known: Kind['dump']) =>
      JSON.stringify(known?.(service.login).argv) === JSON.stringify(command.argv);
    if (asks(restore))
      return restoring((given) =>
        volumes.set(number, this.lossy.has(serviceKey(service)) ? Buffer.alloc(0) : given),
      );
    if (asks(count)) return ended(Buffer.from(`bytes\t${data.length}\n`));
    if (asks(facts)) return ended(Buffer.from(`size\t${data.length}\n`));
    return ended(asks(dump) || asks(base) ? data : Buffer.alloc(0));
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

  #running(service: ServiceName): { readonly volumes: Entry['volumes']; readonly number: number } {
    const entry = this.#entries.get(serviceKey(service));
    if (entry && entry.running !== null) return { volumes: entry.volumes, number: entry.running };
    throw stoppedService(service);
  }
}

const well: InsideEnd = { exitCode: 0, errors: [] };

function ended(output: Buffer): Inside {
  const input = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { input, output: Readable.from([output]), end: Promise.resolve(well) };
}

/** What did not come whole is refused, and a text that begins with `broken`. */
function restoring(keep: (data: Buffer) => void): Inside {
  const input = new PassThrough();
  const end = buffer(input).then((all): InsideEnd => {
    const data = all.subarray(0, -dumpEnd.length);
    const isWhole = all.subarray(-dumpEnd.length).equals(Buffer.from(dumpEnd));
    if (!isWhole || data.subarray(0, 6).equals(Buffer.from('broken')))
      return { exitCode: 1, errors: ['it is broken'] };
    keep(data);
    return well;
  });
  return { input, output: Readable.from([]), end };
}
