import type { SecureContext } from 'node:tls';
import type { Failure } from '../../base/failure.ts';
import { failure, isFailure } from '../../model/failures.ts';
import { Exchange, trustAlso, type Reply } from '../exchange.ts';
import type { ApiRequest, DnsApi, Entry, Zone } from './dns-api.ts';
import type { TextRecord, TextRecords } from './text-records.ts';

export interface ApiOptions {
  /** Another address of the API than the provider's own. */
  readonly base?: string;
  /** PEM of certificates that are trusted besides the machine's. */
  readonly ca?: string;
}

const timeout = 30_000;

/** TXT records of zones that a provider keeps. Looks at what is there first, so that nothing is done twice. */
export class ApiRecords implements TextRecords {
  readonly #api: DnsApi;
  readonly #base: string;
  readonly #trust: SecureContext | undefined;

  constructor(api: DnsApi, { base = api.base, ca }: ApiOptions = {}) {
    this.#api = api;
    this.#base = base;
    this.#trust = ca === undefined ? undefined : trustAlso(ca);
  }

  add(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#change(record, signal, (zone, present) =>
      present.some(({ value }) => value === record.value) ? undefined : this.#api.add(zone, record, present),
    );
  }

  remove(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#change(record, signal, (zone, present) => {
      const entry = present.find(({ value }) => value === record.value);
      return entry && this.#api.remove(zone, record.name, { entry, present });
    });
  }

  async #change(
    { name }: TextRecord,
    signal: AbortSignal,
    plan: (zone: Zone, present: readonly Entry[]) => ApiRequest | undefined,
  ): Promise<void> {
    const exchange = new Exchange(timeout, this.#trust);
    const ask = (request: ApiRequest) => this.#ask(exchange, request, signal);
    try {
      const zone = await this.#zoneOf(name, ask);
      const answer = await ask(this.#api.list(zone, name));
      const request = plan(zone, answer === undefined ? [] : this.#api.entriesIn(answer, name));
      if (request) await ask(request);
    } catch (error) {
      throw isFailure(error, 'E_ACME_DOWN') ? asProviders(error) : error;
    } finally {
      exchange.close();
    }
  }

  /** The nearest zone above a name that the provider keeps. */
  async #zoneOf(name: string, ask: (request: ApiRequest) => Promise<string | undefined>): Promise<Zone> {
    const labels = name.split('.');
    for (let skip = 0; skip < labels.length - 1; skip += 1) {
      const candidate = labels.slice(skip).join('.');
      if (candidate.startsWith('_')) continue;
      const answer = await ask(this.#api.findZone(candidate));
      const id = answer === undefined ? undefined : this.#api.zoneIn(answer, candidate);
      if (id !== undefined) return { name: candidate, id };
    }
    throw failure('E_DNS_PROVIDER', `${new URL(this.#base).host} keeps no zone that has ${name}`, {
      hint: 'check that the domain is there, and that the login may see it',
    });
  }

  /** The text of an answer; undefined for 404. */
  async #ask(exchange: Exchange, request: ApiRequest, signal: AbortSignal): Promise<string | undefined> {
    const url = new URL(`${this.#base}${request.path}`);
    const { method, body } = request;
    const headers = this.#api.headers(request, url.host, new Date());
    const reply = await exchange.ask(url.href, {
      signal,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (reply.status === 404 && method !== 'POST') return undefined;
    if (reply.status < 200 || reply.status >= 300) throw this.#refused(reply);
    return reply.text;
  }

  #refused({ url, status, text }: Reply): Failure {
    const said = this.#api
      .errorIn(text)
      ?.replace(/[\p{C}\s]+/gu, ' ')
      .slice(0, 300);
    const hint = [401, 403].includes(status) ? 'check the login, and that it may change the zone' : undefined;
    return failure('E_DNS_PROVIDER', `${url.host} answers with status ${status}${said ? `: ${said}` : ''}`, {
      hint,
    });
  }
}

function asProviders({ message, cause }: Failure): Failure {
  return failure('E_DNS_PROVIDER', message, { cause });
}
