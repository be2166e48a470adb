import { messageOf } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { Proof, Prover } from './acme.ts';
import { digest, keyAuthorization, type Jwk } from './jws.ts';
import { notProven } from './problem.ts';
import { authorizationSchema, type Authorization, type Challenge } from './resources.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';

export interface ProofWish {
  readonly domain: string;
  readonly prover: Prover;
  /** Milliseconds that the authority may take to look. */
  readonly patience: number;
}

/**
 * Shows what the authority wants to see for the domain and waits until it has looked; what was shown is taken away
 * again. Throws E_ACME_PROOF with what it saw instead. Gives what could not be taken away, a line each.
 */
export async function prove(session: Session, address: string, wish: ProofWish): Promise<string[]> {
  const authorization = await session.read(address, authorizationSchema);
  if (authorization.status === 'valid') return [];
  const challenge = chosen(session.authority, authorization, wish);
  const proof = proofFor(
    wish.domain,
    { kind: wish.prover.kind, token: challenge.token ?? '' },
    session.signer.jwk,
  );
  return withProof(wish.prover, proof, {
    signal: session.signal,
    async looked() {
      await look(session, challenge);
      const { patience } = wish;
      const schema = authorizationSchema;
      const seen = await settle(session, address, {
        schema,
        patience,
        busy: ({ status }) => status === 'pending',
      });
      if (seen.status !== 'valid') throw notProven(session.authority, proof, findingOf(seen));
    },
  });
}

/** Shows a proof until it has been looked at. Gives what could not be taken away again, a line each. */
export async function withProof(
  prover: Prover,
  proof: Proof,
  { signal, looked }: { readonly signal: AbortSignal; readonly looked: () => Promise<void> },
): Promise<string[]> {
  try {
    await prover.show(proof, signal);
    await looked();
  } catch (error) {
    // That the proof stays too is the smaller trouble of the two.
    await hidden(prover, proof);
    throw error;
  }
  return hidden(prover, proof);
}

/** Asks the authority to look; it may be at it already for a request before. */
async function look(session: Session, challenge: Challenge): Promise<void> {
  if (challenge.status === 'pending') session.accepted(await session.post(challenge.url, {}));
}

function chosen(authority: string, { challenges }: Authorization, { domain, prover }: ProofWish): Challenge {
  const challenge = challenges.find(({ type }) => type === prover.kind);
  if (challenge) return challenge;
  const offered = challenges.map(({ type }) => type).join(', ') || 'nothing';
  throw failure(
    'E_ACME',
    `${authority} does not take ${prover.kind} as a proof for ${domain}, but ${offered}`,
  );
}

/** The proof for a token, of one who has this key (RFC 8555, 8.3 and 8.4). A wildcard is proven where its domain is. */
export function proofFor(
  domain: string,
  { kind, token }: { readonly kind: Proof['kind']; readonly token: string },
  jwk: Jwk,
): Proof {
  const answer = keyAuthorization(token, jwk);
  if (kind === 'http-01') return { kind, domain, token, answer };
  return { kind, domain, record: `_acme-challenge.${domain.replace(/^\*\./, '')}`, value: digest(answer) };
}

function findingOf({ status, challenges }: Authorization) {
  const found = challenges.find(({ error }) => error !== undefined)?.error;
  return found ?? { type: '', detail: `the authorization is ${status}`, subproblems: [] };
}

async function hidden(prover: Prover, proof: Proof): Promise<string[]> {
  try {
    await prover.hide(proof);
    return [];
  } catch (error) {
    const where = proof.kind === 'dns-01' ? `TXT record ${proof.record}` : `answer for ${proof.domain}`;
    return [`the ${where} could not be taken away again: ${messageOf(error)}`];
  }
}
