import { z } from 'zod';
import type { Failure } from '../base/failure.ts';
import { type FailureCode, failure } from '../model/failures.ts';
import type { Proof } from './acme.ts';

/*
 * What an authority says when it refuses (RFC 7807, RFC 8555 6.7) as a failure in plain words with its fix. Pure.
 */

const plain = z.object({ type: z.string().default(''), detail: z.string().default('') });

export const problemSchema = plain.extend({ subproblems: z.array(plain).default([]) });

export type Problem = z.infer<typeof problemSchema>;

export interface Refusal {
  /** Host of the authority. */
  readonly authority: string;
  readonly status: number;
  readonly problem: Problem | null;
  /** Milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Page that the account's owner has to read where something is asked of them. */
  readonly page?: string | undefined;
}

interface Meaning {
  readonly code: FailureCode;
  readonly words: string;
  readonly hint?: string;
}

const otherName = 'use another name, or a certificate of your own';
const email = 'give the account another e-mail address, or none';
const caa =
  'let a CAA record of the domain, or of a domain above it, name this authority, or have none at all';

const limited: Meaning = { code: 'E_ACME_LIMIT', words: 'takes no more requests for a while' };

/** Problem types of a request that was refused. */
const refusals: Readonly<Record<string, Meaning>> = {
  accountDoesNotExist: {
    code: 'E_ACME_ACCOUNT',
    words: 'does not know the account',
    hint: 'register the account with it again',
  },
  externalAccountRequired: {
    code: 'E_ACME_ACCOUNT',
    words: 'registers only those who have an account with it already',
    hint: 'get a key id and an HMAC key for ACME (EAB) in your account with it: slipway letsencrypt:account SERVER --key-id KEYID < FILE',
  },
  userActionRequired: {
    code: 'E_ACME_ACCOUNT',
    words: "asks something of the account's owner",
    hint: 'do what its page says, such as to agree to new terms',
  },
  invalidContact: { code: 'E_ACME_ACCOUNT', words: 'does not take the e-mail address', hint: email },
  unsupportedContact: { code: 'E_ACME_ACCOUNT', words: 'does not take the e-mail address', hint: email },
  rejectedIdentifier: {
    code: 'E_ACME',
    words: 'gives no certificate for this name',
    hint: otherName,
  },
  unsupportedIdentifier: {
    code: 'E_ACME',
    words: 'gives no certificates for names of this kind',
    hint: otherName,
  },
  caa: { code: 'E_ACME_PROOF', words: 'is forbidden by a CAA record to give a certificate', hint: caa },
  rateLimited: limited,
  badNonce: { code: 'E_ACME_DOWN', words: 'takes none of its own nonces' },
  serverInternal: { code: 'E_ACME_DOWN', words: 'has trouble of its own' },
};

/** The failure of a request that an authority refused. */
export function refused(refusal: Refusal): Failure {
  const { authority, problem } = refusal;
  const meaning = meaningOf(refusal);
  const page = problemType(problem) === 'userActionRequired' ? refusal.page : undefined;
  return failure(meaning.code, said(`${authority} ${meaning.words}`, problem), {
    hint: page === undefined ? meaning.hint : `read ${clean(page)} and do what it says`,
    detail: subproblems(problem),
    retryAfter: refusal.retryAfter,
  });
}

function meaningOf({ status, problem }: Refusal): Meaning {
  const known = refusals[problemType(problem)];
  if (known) return known;
  if (status === 429) return limited;
  return status >= 500 || problem === null ? unknown(status) : { code: 'E_ACME', words: 'refuses' };
}

function unknown(status: number): Meaning {
  return { code: 'E_ACME_DOWN', words: `answers with status ${status}` };
}

/** Problem types of a proof that was not found: what is wrong, and the fix by the way that the domain is proven. */
const findings: Readonly<
  Record<string, { readonly words: string } & Readonly<Record<Proof['kind'], string>>>
> = {
  dns: {
    words: 'gets no usable answer of DNS',
    'http-01': 'let the name have an A record (and an AAAA record, if any) with the address of this machine',
    'dns-01': 'check that the name servers of the domain answer, and have the TXT record',
  },
  connection: {
    words: 'cannot connect',
    'http-01':
      'let port 80 of this machine be reached from the internet: firewall, router at home, an AAAA record that points elsewhere',
    'dns-01': 'check that the name servers of the domain answer',
  },
  unauthorized: {
    words: 'found something else than the proof',
    'http-01':
      'another machine or a proxy answers for this name: check its A and AAAA records, and a CDN in front of it',
    'dns-01': 'the TXT record is missing or an old one: check where the zone of the domain is kept',
  },
  tls: {
    words: 'found no usable TLS',
    'http-01': 'the name is answered by a redirect to https elsewhere: check its A and AAAA records',
    'dns-01': 'see the message',
  },
  caa: { words: 'is forbidden by a CAA record to give a certificate', 'http-01': caa, 'dns-01': caa },
};

/** The failure of a proof that an authority looked for and did not find. */
export function notProven(authority: string, proof: Proof, problem: Problem | null): Failure {
  const type = problemType(problem);
  if (type === 'rateLimited' || type === 'serverInternal')
    return refused({ authority, status: 400, problem });
  const finding = findings[type === 'incorrectResponse' ? 'unauthorized' : type];
  const words = `${authority} ${finding?.words ?? 'did not find the proof'} for ${proof.domain}`;
  return failure('E_ACME_PROOF', said(words, problem), {
    hint: finding?.[proof.kind],
    detail: subproblems(problem),
  });
}

/** `dns` of `urn:ietf:params:acme:error:dns`. */
export function problemType(problem: Problem | null): string {
  return /^urn:(?:ietf:params:)?acme:error:([a-zA-Z]+)$/.exec(problem?.type ?? '')?.[1] ?? '';
}

function said(words: string, problem: Problem | null): string {
  const detail = clean(problem?.detail ?? '');
  return detail === '' ? words : `${words}: ${detail}`;
}

function subproblems(problem: Problem | null): string[] {
  return (problem?.subproblems ?? []).slice(0, 5).map(({ detail }) => clean(detail));
}

/** A stranger's text in one line: it may quote what a server of anybody has answered. */
function clean(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)} ...` : line;
}
