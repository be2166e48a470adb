import type { AcmeAccount, IssuedCertificate, Proof, Prover } from '../acme/acme.ts';
import { Failure } from '../base/failure.ts';
import { newPrivateKey } from '../base/private-key.ts';
import { failure } from '../model/failures.ts';
import { judgeReach } from '../model/judge-reach.ts';
import type { OrderState } from '../model/plan-orders.ts';
import { readKeyPair } from '../model/read-certificate.ts';
import { contactAt } from './account-contact.ts';
import type { AcmeWishes } from './acme-settings.ts';
import type { Deps } from './deps.ts';

/** What is ordered, and with what. */
export interface Order {
  readonly state: Pick<OrderState, 'domain' | 'certificate' | 'renews'>;
  readonly wishes: AcmeWishes;
  readonly signal: AbortSignal;
}

/** Path and text by which we know that a domain leads to this slipwayd. */
export interface SelfCheck {
  readonly token: string;
  readonly answer: string;
}

/**
 * Sees that the domain leads here, proves it to the authority, and keeps what it issued; it is not served yet. Each try is
 * noted before its first step. Throws what it fails with.
 */
export async function orderCertificate(deps: Deps, order: Order, check: SelfCheck): Promise<void> {
  const { domain, renews } = order.state;
  const { directory } = order.wishes;
  const id = deps.store.acmeAttempts.begin({ domain, directory, renews, at: deps.clock.now() });
  let asked = false;
  try {
    if (order.wishes.dnsProvider === null) await seeThatItLeadsHere(deps, order, check);
    asked = true;
    const issued = await place(deps, order);
    keep(deps, order, issued);
    deps.store.acmeAttempts.end(id, { outcome: 'issued', failure: null });
  } catch (error) {
    const {
      code,
      message,
      retryAfter = null,
    } = error instanceof Failure ? error : failure('E_CANCELLED', String(error));
    const outcome = asked && code !== 'E_DNS_PROVIDER' ? 'failed' : 'not-ready';
    deps.store.acmeAttempts.end(id, { outcome, failure: { code, message, retryAfter } });
    throw error;
  }
  await deps.reached('certificate:kept');
}

/** The authority is asked only for a domain that leads here: a try that fails there counts against us. */
async function seeThatItLeadsHere(deps: Deps, { state, signal }: Order, check: SelfCheck): Promise<void> {
  const { domain } = state;
  const { addresses, problem } = await deps.host.lookUp(domain);
  const path = `/.well-known/acme-challenge/${check.token}`;
  const answers = await Promise.all(
    addresses.map(async (address) => {
      const { status, text, why } = await deps.host.ask({ address, host: domain, path }, signal);
      if (why !== null) return { address, kind: 'silent' as const, what: why };
      return {
        address,
        kind: text === check.answer ? ('ours' as const) : ('other' as const),
        what: `status ${status}`,
      };
    }),
  );
  const [here = null] = deps.host.addresses();
  const wrong = judgeReach({ domain, problem, answers, here, port: deps.settings.acmePort });
  if (wrong) throw failure('E_DOMAIN_ELSEWHERE', wrong.message, { hint: wrong.hint });
}

async function place(deps: Deps, { state, wishes, signal }: Order): Promise<IssuedCertificate> {
  const { domain, certificate } = state;
  const prover = wishes.dnsProvider === null ? routeProver(deps) : deps.dnsProver(wishes.dnsProvider);
  const replaces = certificate?.directory === wishes.directory ? certificate.chain : null;
  const wish = { domain, keyType: wishes.keyType, replaces, profile: wishes.profile };
  const account = await accountFor(deps, wishes.directory, signal);
  try {
    return await deps.acme.order(account, wish, { prover, signal });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'E_ACME_ACCOUNT' || account.url === null) throw error;
    // It has forgotten us, as one for trying things out does: we introduce ourselves once more.
    deps.store.acmeAccounts.set({ ...account, url: null });
    return deps.acme.order(await accountFor(deps, wishes.directory, signal), wish, { prover, signal });
  }
}

/** Our account there; a new key is kept before the authority hears of it, so that none is lost. */
export async function accountFor(deps: Deps, directory: string, signal: AbortSignal): Promise<AcmeAccount> {
  const found = deps.store.acmeAccounts.find(directory);
  if (found && found.url !== null) return found;
  const email = contactAt(deps, directory);
  const known = found ?? {
    directory,
    email,
    key: await newPrivateKey('ec256'),
    url: null,
    binding: null,
  };
  deps.store.acmeAccounts.set({ ...known, email });
  const url = await deps.acme.register({ ...known, email }, signal);
  const account = { ...known, email, url };
  deps.store.acmeAccounts.set(account);
  return account;
}

function routeProver({ routes }: Deps): Prover {
  return {
    kind: 'http-01',
    show: (proof) => routes.showProof(fileOf(proof)),
    hide: (proof) => routes.hideProof(fileOf(proof).token),
  };
}

function fileOf(proof: Proof): SelfCheck {
  if (proof.kind === 'http-01') return { token: proof.token, answer: proof.answer };
  throw new Error('a record was to be proven by a file');
}

/** In place of those that were ordered for the domain before. */
function keep({ store, clock, log }: Deps, { state, wishes }: Order, issued: IssuedCertificate): void {
  const { domain } = state;
  const at = clock.now();
  const { pair } = readKeyPair(issued.chain, issued.key, at);
  store.transaction(() => {
    for (const old of store.certificates.all()) if (old.ordered === domain) store.certificates.remove(old.id);
    const { directory } = wishes;
    store.certificates.add({ app: null, ordered: domain, directory, pair, by: 'slipwayd', at });
  });
  for (const line of issued.leftBehind) log.warn({ domain }, line);
}
