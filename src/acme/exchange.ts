import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { type Failure, messageOf, systemCode } from '../base/failure.ts';
import { failure } from '../model/failures.ts';

export interface Reply {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly signal: AbortSignal;
  /** GET without a body and POST with one, unless told otherwise. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const largest = 1_000_000;
/** Milliseconds that an unused connection is kept: less than servers do, which would lose what is sent on it then. */
const idle = 2000;

/** Trust in what Node trusts and in these certificates (PEM) as well. Made once: it costs some milliseconds. */
export function trustAlso(ca: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), ca] });
}

/**
 * HTTPS requests to one host over few connections, each with an end in time and in size. Throws E_ACME_DOWN for
 * what cannot be reached or is no answer, and the signal's reason.
 */
export class Exchange {
  readonly #agent: Agent;
  readonly #timeout: number;

  constructor(timeout: number, trust: SecureContext | undefined) {
    this.#agent = new Agent({ keepAlive: true, timeout: idle, ...(trust ? { secureContext: trust } : {}) });
    this.#timeout = timeout;
  }

  async ask(address: string, asked: Asked): Promise<Reply> {
    const url = httpsAddress(address);
    asked.signal.throwIfAborted();
    const late = AbortSignal.timeout(this.#timeout);
    const options: RequestOptions = {
      agent: this.#agent,
      method: asked.method ?? (asked.body === undefined ? 'GET' : 'POST'),
      headers: { 'User-Agent': 'slipway', ...asked.headers },
      signal: AbortSignal.any([asked.signal, late]),
    };
    try {
      return await this.#send(url, options, asked.body);
    } catch (error) {
      asked.signal.throwIfAborted();
      throw unreachable(url, late.aborted ? `no answer within ${this.#timeout / 1000} s` : error);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(url: URL, options: RequestOptions, body: string | undefined): Promise<Reply> {
    const sent = request(url, options);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(body);
    const response = await promise;
    return { url, status: response.statusCode ?? 0, headers: response.headers, text: await read(response) };
  }
}

function httpsAddress(address: string): URL {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') throw failure('E_ACME', `${JSON.stringify(address)} is no https address`);
  return url;
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) throw new Error(`its answer is larger than ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unreachable(url: URL, why: unknown): Failure {
  const reason = typeof why === 'string' ? why : messageOf(why) || (systemCode(why) ?? 'no reason given');
  return failure('E_ACME_DOWN', `${url.host} cannot be reached: ${reason}`, {
    hint: hintFor(url, systemCode(why) ?? ''),
    ...(typeof why === 'string' ? {} : { cause: why }),
  });
}

/** By the codes of OpenSSL and Node for a certificate that is not trusted (`tls` of Node, X509 certificate error codes). */
function hintFor(url: URL, code: string): string {
  if (/^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(code)) return 'check the clock of this machine: date';
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code))
    return 'if it is an authority of your own, give this machine its CA certificate';
  return `nothing to do: it is asked again later; check from this machine: curl ${url.origin}`;
}
