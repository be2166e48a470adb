import type { z } from 'zod';
import { isFailure, failure } from '../model/failures.ts';
import { wait } from '../base/retry.ts';
import type { AcmeAccount } from './acme.ts';
import type { Exchange, Reply } from './exchange.ts';
import { boundTo, signer, type Signer } from './jws.ts';
import { problemType, refused, type Problem } from './problem.ts';
import { accountSchema, bodyOf, directorySchema, problemOf, type Directory } from './resources.ts';
import { retryAfter } from './retry-after.ts';

/** Times that a nonce may be refused in a row: each comes with a new one, so there is nothing to wait for. */
const nonceTries = 20;
/** Milliseconds before the second and the third try of a request that only reads. */
const readPauses = [500, 2000];

export interface Answer extends Reply {
  readonly problem: Problem | null;
}

interface Sent {
  /** Null: signed by the key itself. */
  readonly account: string | null;
  /** Undefined: a request that only reads (POST-as-GET). */
  readonly payload?: unknown;
  readonly accept?: string | undefined;
}

/** The signed conversation of one account with its authority. Not for two tasks at a time: nonces are in order. */
export class Session {
  readonly directory: Directory;
  readonly signer: Signer;
  readonly signal: AbortSignal;
  readonly #account: AcmeAccount;
  readonly #exchange: Exchange;
  #nonce: string | undefined;
  #url: string | null;

  private constructor(
    exchange: Exchange,
    account: AcmeAccount,
    more: { directory: Directory; signal: AbortSignal },
  ) {
    this.#exchange = exchange;
    this.#account = account;
    this.#url = account.url;
    this.signer = signer(account.key.reveal());
    this.directory = more.directory;
    this.signal = more.signal;
  }

  static async open(exchange: Exchange, account: AcmeAccount, signal: AbortSignal): Promise<Session> {
    const directory = await readDirectory(exchange, account.directory, signal);
    return new Session(exchange, account, { directory, signal });
  }

  /** Host of the authority, for messages. */
  get authority(): string {
    return hostOf(this.#account.directory);
  }

  /** Address of the account; registers it where it has none yet. */
  async account(): Promise<string> {
    this.#url ??= await this.register();
    return this.#url;
  }

  /** Registers the key, or finds the account that has it, and tells an e-mail address that is another one (RFC 8555, 7.3.2). */
  async register(): Promise<string> {
    const { email, binding } = this.#account;
    const { newAccount, meta } = this.directory;
    if (meta?.externalAccountRequired && !binding) throw this.#bindingMissing();
    const contact = email === null ? [] : [`mailto:${email}`];
    const answer = await this.#ask(newAccount, {
      account: null,
      payload: {
        termsOfServiceAgreed: true,
        contact,
        ...(binding ? { externalAccountBinding: boundTo(binding, this.signer.jwk, newAccount) } : {}),
      },
    });
    const url = locationOf(this.accepted(answer));
    const known = bodyOf(answer, accountSchema).contact ?? [];
    if (answer.status === 200 && known.join() !== contact.join())
      this.accepted(await this.#ask(url, { account: url, payload: { contact } }));
    return url;
  }

  /** Address of the account that has the key; undefined: none. */
  async find(): Promise<string | undefined> {
    const answer = await this.#ask(this.directory.newAccount, {
      account: null,
      payload: { onlyReturnExisting: true },
    });
    if (problemType(answer.problem) === 'accountDoesNotExist') return undefined;
    return locationOf(this.accepted(answer));
  }

  /** Asks for something to be done. Not repeated when the answer is lost: it may have been done. */
  async post(url: string, payload: unknown): Promise<Answer> {
    return this.#ask(url, { account: await this.account(), payload });
  }

  /** Reads one of the account's own things (POST-as-GET). */
  async get(url: string, accept?: string): Promise<Answer> {
    const account = await this.account();
    return this.accepted(await patiently(() => this.#ask(url, { account, accept }), this.signal));
  }

  async read<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    return bodyOf(await this.get(url), schema);
  }

  /** The answer, unless it is a refusal: then its failure is thrown. */
  accepted(answer: Answer): Answer {
    return accepted(answer, this.authority);
  }

  async #ask(url: string, { account, payload, accept }: Sent): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const nonce = await this.#takeNonce();
      const body = JSON.stringify(this.signer.sign(payload, { url, nonce, account }));
      const headers = { 'Content-Type': 'application/jose+json', ...(accept ? { Accept: accept } : {}) };
      const reply = await this.#exchange.ask(url, { body, headers, signal: this.signal });
      this.#nonce = nonceOf(reply);
      const problem = problemOf(reply);
      if (problemType(problem) !== 'badNonce' || tries === nonceTries) return { ...reply, problem };
    }
  }

  async #takeNonce(): Promise<string> {
    const kept = this.#nonce;
    this.#nonce = undefined;
    if (kept !== undefined) return kept;
    const { newNonce } = this.directory;
    const reply = await patiently(() => this.#exchange.ask(newNonce, { signal: this.signal }), this.signal);
    const nonce = nonceOf(reply);
    if (nonce === undefined)
      throw refused({ ...refusalOf(reply, this.authority), problem: problemOf(reply) });
    return nonce;
  }

  #bindingMissing() {
    return refused({
      authority: this.authority,
      status: 403,
      problem: { type: 'urn:ietf:params:acme:error:externalAccountRequired', detail: '', subproblems: [] },
    });
  }
}

/** What an authority can do. */
export async function readDirectory(
  exchange: Exchange,
  address: string,
  signal: AbortSignal,
): Promise<Directory> {
  const reply = await patiently(() => exchange.ask(address, { signal }), signal);
  return bodyOf(accepted({ ...reply, problem: problemOf(reply) }, hostOf(address)), directorySchema);
}

/** The answer, unless it is a refusal: then its failure is thrown. */
export function accepted(answer: Answer, authority: string): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refused({ ...refusalOf(answer, authority), problem: answer.problem });
}

/** `ca.example.com` of an address, for messages; the address itself where it is none. */
export function hostOf(address: string): string {
  return URL.parse(address)?.host ?? address;
}

/** Repeats what only reads, twice, while the authority does not answer or has trouble of its own. */
export async function patiently<T extends Reply>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pause of readPauses) {
    const reply = await ask().catch((error: unknown) => {
      if (isFailure(error, 'E_ACME_DOWN')) return undefined;
      throw error;
    });
    if (reply && reply.status < 500) return reply;
    await wait(pause, signal);
  }
  return ask();
}

function refusalOf({ status, headers }: Reply, authority: string) {
  const page = /<([^>]*)>\s*;\s*rel="?terms-of-service"?/.exec([headers.link ?? []].flat().join(','))?.[1];
  return { authority, status, page, retryAfter: retryAfter(headers['retry-after'], Date.now()) };
}

function nonceOf({ headers }: Reply): string | undefined {
  const nonce = headers['replay-nonce'];
  return typeof nonce === 'string' ? nonce : undefined;
}

/** Address of what an answer says was made. */
export function locationOf({ headers, url }: Reply): string {
  if (headers.location !== undefined) return headers.location;
  throw failure('E_ACME_DOWN', `${url.host} does not tell the address of what it made`);
}
