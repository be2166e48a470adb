import { createPrivateKey, X509Certificate } from 'node:crypto';
import { messageOf } from '../base/failure.ts';
import type { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of what an authority sent, as PEM with nothing else. Throws E_ACME unless the first is for this domain
 * and this key, and each other one has issued the one before.
 */
export function checkedChain(pem: string, domain: string, key: Secret): string {
  const blocks = pem.match(certificate) ?? [];
  const chain = blocks.map(parsed);
  const [leaf] = chain;
  if (!leaf) throw wrong('holds none');
  // A wildcard stands for any one label, so that is what is asked for.
  if (leaf.checkHost(domain.replace(/^\*\./, 'any.')) === undefined) throw wrong(`is not for ${domain}`);
  if (!leaf.checkPrivateKey(createPrivateKey(key.reveal()))) throw wrong('is for another key');
  chain.slice(1).forEach((issuer, index) => {
    if (chain[index]?.checkIssued(issuer) !== true) throw wrong('comes with a chain that is not in order');
  });
  return `${blocks.join('\n')}\n`;
}

function parsed(block: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw wrong(`cannot be read: ${messageOf(error)}`);
  }
}

function wrong(what: string) {
  return failure('E_ACME', `the certificate that the authority sent ${what}`, {
    hint: 'tell the operator of the authority; another one can be chosen meanwhile',
  });
}
