import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { Secret } from '../base/secret.ts';
import type { CertificateFacts, KeyPair } from './certificate.ts';
import { normalizeDomain } from './domain.ts';
import { failure } from './failures.ts';

export interface GivenCertificate {
  readonly pair: KeyPair;
  /** What will hurt, though it can be served. */
  readonly warnings: readonly string[];
}

/**
 * Puts together what somebody gives as certificate and key, in any order and with anything around it. Throws
 * E_CERTIFICATE where the two do not fit together, or browsers would not take it.
 */
export function readKeyPair(certificates: string, privateKey: Secret, now: number): GivenCertificate {
  const key = readKey(privateKey);
  const all = readCertificates(certificates);
  const own = all.find((one) => one.checkPrivateKey(key));
  if (!own) throw refusal('The private key belongs to none of the certificates', unmatchedHint(all));
  const chain = chainOf(own, all);
  const facts = factsOf(own);
  if (facts.notAfter <= now)
    throw refusal(
      `The certificate has expired on ${day(facts.notAfter)}`,
      'get a new one from who has issued it',
    );
  const text = chain.map((one) => one.toString()).join('');
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    pair: { chain: text, key: new Secret(pem), facts },
    warnings: warningsOf({ facts, chain, now, unused: all.length - chain.length }),
  };
}

/** What the first certificate of a chain says of itself. */
export function readFacts(chain: string): CertificateFacts {
  const [own] = readCertificates(chain);
  if (!own) throw refusal('There is no certificate', 'a certificate begins with -----BEGIN CERTIFICATE-----');
  return factsOf(own);
}

function readCertificates(text: string): X509Certificate[] {
  const blocks = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  if (!blocks)
    throw refusal(
      'There is no certificate',
      'give it as PEM: openssl x509 -inform der -in FILE -out cert.pem',
    );
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw failure('E_CERTIFICATE', `Certificate ${index + 1} is damaged`, {
        cause,
        hint: 'openssl x509 -in FILE -noout -text shows what is wrong with it',
      });
    }
  });
}

function readKey(text: Secret): KeyObject {
  const block = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/.exec(text.reveal());
  if (!block)
    throw refusal('There is no private key', 'give it as PEM, which begins with -----BEGIN PRIVATE KEY-----');
  const [pem, kind] = block;
  if (kind === 'ENCRYPTED PRIVATE KEY' || pem.includes('Proc-Type: 4,ENCRYPTED'))
    throw refusal(
      'The private key is encrypted, and nobody is there to type its passphrase',
      'decrypt it: openssl pkey -in KEY -out plain.key',
    );
  return checkedKey(parseKey(pem));
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw failure('E_CERTIFICATE', 'The private key is damaged', {
      cause,
      hint: 'openssl pkey -in KEY -noout -check shows what is wrong with it',
    });
  }
}

const curves: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Kinds that browsers take. */
function checkedKey(key: KeyObject): KeyObject {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const isTaken = key.asymmetricKeyType === 'rsa' ? modulusLength >= 2048 : curves.includes(namedCurve);
  if (isTaken) return key;
  throw refusal(
    `Browsers do not take a key of the kind ${keyText(key)}`,
    'use RSA of at least 2048 bits, or ECDSA on P-256',
  );
}

/** From the certificate up, as far as the others reach; the authority's own is left out, since clients have it. */
function chainOf(own: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [own];
  for (let last = own; !isSelfSigned(last); ) {
    const issuer = all.find(
      (one) => !chain.includes(one) && last.checkIssued(one) && last.verify(one.publicKey),
    );
    if (!issuer || isSelfSigned(issuer)) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.verify(certificate.publicKey);
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => (name.startsWith('DNS:') ? domainIn(name.slice(4)) : []));
  if (names.length === 0)
    throw refusal(
      'The certificate names no host',
      'browsers look at its alternative names only: have it issued with them',
    );
  return {
    names,
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    issuer: issuerOf(certificate),
    selfSigned: isSelfSigned(certificate),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    key: keyText(certificate.publicKey),
  };
}

/** A name that no app can have is left out. */
function domainIn(name: string): string[] {
  try {
    return [normalizeDomain(name)];
  } catch {
    return [];
  }
}

/** `Let's Encrypt R10`, of the lines `O=Let's Encrypt` and `CN=R10`. */
function issuerOf({ issuer }: X509Certificate): string {
  // Without any name there is none, whatever the types say.
  const lines = ((issuer as string | undefined) ?? '').split('\n');
  const part = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const words = [part('O'), part('CN')].filter((word) => word !== undefined);
  return words.length === 0 ? 'unknown' : words.join(' ');
}

function keyText({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): string {
  const kind = asymmetricKeyType === undefined ? 'unknown' : asymmetricKeyType.toUpperCase();
  return [kind, details?.modulusLength ?? details?.namedCurve].filter((word) => word !== undefined).join(' ');
}

interface Judged {
  readonly facts: CertificateFacts;
  readonly chain: readonly X509Certificate[];
  readonly now: number;
  /** Certificates that were given and are no part of the chain. */
  readonly unused: number;
}

function warningsOf({ facts, chain, now, unused }: Judged): string[] {
  const isAlone = chain.length === 1 && !facts.selfSigned && unused === 0;
  return [
    ...(facts.selfSigned ? ['It is self-signed: browsers warn of it, unless they are told to trust it'] : []),
    ...(isAlone
      ? ['The certificate of its issuer is not with it: some clients will refuse it. Give the full chain']
      : []),
    ...(facts.notBefore > now ? [`It is not valid before ${day(facts.notBefore)}`] : []),
  ];
}

function unmatchedHint(all: readonly X509Certificate[]): string {
  const subjects = all.map(({ subject }) => subject.split('\n').at(-1) ?? '').join(', ');
  return `give the key that the certificate (${subjects}) was requested with`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function refusal(message: string, hint: string) {
  return failure('E_CERTIFICATE', message, { hint });
}
