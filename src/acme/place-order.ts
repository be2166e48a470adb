import { renewalId } from './renewal-id.ts';
import { newPrivateKey } from '../base/private-key.ts';
import { failure, isFailure } from '../model/failures.ts';
import type { CertificateWish, IssuedCertificate, Prover } from './acme.ts';
import { certificateRequest } from './certificate-request.ts';
import { checkedChain } from './check-chain.ts';
import { prove } from './prove.ts';
import { bodyOf, orderSchema, type Order } from './resources.ts';
import { refused } from './problem.ts';
import { locationOf, type Answer, type Session } from './session.ts';
import { settle } from './settle.ts';

export interface OrderOptions {
  readonly prover: Prover;
  /** Milliseconds that the authority may take to look at a proof, and to issue. */
  readonly patience: number;
}

/** The whole way of a certificate (RFC 8555, 7.4): order, proofs, request, download. */
export async function placeOrder(
  session: Session,
  wish: CertificateWish,
  { prover, patience }: OrderOptions,
): Promise<IssuedCertificate> {
  checkWish(session, wish, prover);
  const made = session.accepted(await createOrder(session, wish));
  const address = locationOf(made);
  const leftBehind: string[] = [];
  for (const authorization of bodyOf(made, orderSchema).authorizations)
    leftBehind.push(...(await prove(session, authorization, { domain: wish.domain, prover, patience })));
  const key = await newPrivateKey(wish.keyType);
  const order = await finalize(session, address, { csr: certificateRequest(wish.domain, key), patience });
  const { text } = await session.get(order.certificate, 'application/pem-certificate-chain');
  return { chain: checkedChain(text, wish.domain, key), key, leftBehind };
}

/** What would be refused later, when the order is made and counted. */
function checkWish(
  { directory, authority }: Session,
  { domain, profile }: CertificateWish,
  prover: Prover,
): void {
  if (domain.startsWith('*.') && prover.kind === 'http-01') {
    throw failure('E_ACME', `${domain} can be proven by DNS only`, {
      hint: 'set a DNS provider, or add each name by itself',
    });
  }
  const profiles = Object.keys(directory.meta?.profiles ?? {});
  if (profile !== null && !profiles.includes(profile)) {
    throw failure('E_ACME', `${authority} has no profile ${JSON.stringify(profile)}`, {
      hint: profiles.length === 0 ? 'it has none at all' : `it has: ${profiles.join(', ')}`,
    });
  }
}

/**
 * With `replaces` only where the authority knows of renewals, and without it where it does not take it, as for a
 * certificate of another authority (RFC 9773, 5).
 */
async function createOrder(session: Session, wish: CertificateWish): Promise<Answer> {
  const { newOrder, renewalInfo } = session.directory;
  const payload = {
    identifiers: [{ type: 'dns', value: wish.domain }],
    ...(wish.profile === null ? {} : { profile: wish.profile }),
  };
  if (wish.replaces === null || renewalInfo === undefined) return session.post(newOrder, payload);
  const answer = await session.post(newOrder, { ...payload, replaces: renewalId(wish.replaces) });
  const refusedFor = [400, 403, 404, 409].includes(answer.status);
  return refusedFor ? session.post(newOrder, payload) : answer;
}

type Ready = Order & { readonly certificate: string };

async function finalize(
  session: Session,
  address: string,
  { csr, patience }: { readonly csr: Buffer; readonly patience: number },
): Promise<Ready> {
  const look = (busy: Order['status']) =>
    settle(session, address, { schema: orderSchema, patience, busy: ({ status }) => status === busy });
  const ready = await look('pending');
  if (ready.status === 'ready') await sendRequest(session, ready.finalize, csr);
  const done = await look('processing');
  if (done.status === 'valid' && done.certificate !== undefined)
    return { ...done, certificate: done.certificate };
  const problem = done.error ?? { type: '', detail: `the order is ${done.status}`, subproblems: [] };
  throw refused({ authority: session.authority, status: done.status === 'ready' ? 503 : 403, problem });
}

/** Where the answer is lost, the order itself tells whether the request has arrived. */
async function sendRequest(session: Session, address: string, csr: Buffer): Promise<void> {
  try {
    session.accepted(await session.post(address, { csr: csr.toString('base64url') }));
  } catch (error) {
    if (!isFailure(error, 'E_ACME_DOWN')) throw error;
  }
}
