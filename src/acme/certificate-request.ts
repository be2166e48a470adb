import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Secret } from '../base/secret.ts';
import { bitString, der, explicit, implicit, objectId, octetString, sequence, tags } from './der.ts';

/** A certificate request (PKCS #10, RFC 2986) for one domain, as DER. The subject is empty: only the domain counts. */
export function certificateRequest(domain: string, key: Secret): Buffer {
  const privateKey = createPrivateKey(key.reveal());
  const info = sequence(
    der(tags.integer, Buffer.from([0])),
    sequence(),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    explicit(0, extensionRequest(sequence(subjectAltName(domain)))),
  );
  return sequence(
    info,
    signatureAlgorithm(privateKey.asymmetricKeyType),
    bitString(sign('sha256', info, privateKey)),
  );
}

/** The extension that names the domain (RFC 5280, 4.2.1.6). */
export function subjectAltName(domain: string): Buffer {
  return sequence(objectId('2.5.29.17'), octetString(sequence(implicit(2, Buffer.from(domain, 'ascii')))));
}

/** Names the signature of a key with SHA-256: ecdsa-with-SHA256, or sha256WithRSAEncryption with its NULL. */
export function signatureAlgorithm(keyType: string | undefined): Buffer {
  return keyType === 'rsa'
    ? sequence(objectId('1.2.840.113549.1.1.11'), der(0x05))
    : sequence(objectId('1.2.840.10045.4.3.2'));
}

function extensionRequest(extensions: Buffer): Buffer {
  return sequence(objectId('1.2.840.113549.1.9.14'), der(tags.set, extensions));
}
