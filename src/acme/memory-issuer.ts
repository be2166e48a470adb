import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { reveal, type Secret } from '../base/secret.ts';
import { signatureAlgorithm, subjectAltName } from './certificate-request.ts';
import { bitString, der, explicit, implicit, objectId, octetString, sequence, tags } from './der.ts';

export interface Validity {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** As it stands in DER; a random one unless told otherwise. */
  readonly serial?: Buffer;
}

interface Parts {
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly serial: Buffer;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}

/** A CA in memory, which gives real certificates (RFC 5280) that nobody but a test trusts. */
export class MemoryIssuer {
  readonly #key: KeyObject;
  readonly #name = commonName('Slipway memory CA');
  /** Identifier of its key, in each certificate that it gives. */
  readonly #keyId: Buffer;
  /** PEM. */
  readonly root: string;

  constructor(keyId?: Buffer) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#keyId = keyId ?? keyIdOf(publicKey);
    this.root = this.#certificate({
      subject: this.#name,
      publicKey,
      serial: newSerial(),
      validity: { from: Date.UTC(2020), to: Date.UTC(2049) },
      extensions: [
        extension('2.5.29.19', sequence(der(0x01, Buffer.from([0xff])))),
        extension('2.5.29.14', octetString(this.#keyId)),
      ],
    });
  }

  /** PEM of a certificate for the domain, and of the CA. */
  issue(domain: string, key: Secret | string, validity: Validity): string {
    const leaf = this.#certificate({
      subject: sequence(),
      publicKey: createPublicKey(reveal(key)),
      serial: validity.serial ?? newSerial(),
      validity,
      extensions: [subjectAltName(domain), extension('2.5.29.35', sequence(implicit(0, this.#keyId)))],
    });
    return leaf + this.root;
  }

  #certificate({ subject, publicKey, serial, validity, extensions }: Parts): string {
    const algorithm = signatureAlgorithm('ec');
    const body = sequence(
      explicit(0, der(tags.integer, Buffer.from([2]))),
      der(tags.integer, serial),
      algorithm,
      this.#name,
      sequence(utcTime(validity.from), utcTime(validity.to)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      explicit(3, sequence(...extensions)),
    );
    return pem(sequence(body, algorithm, bitString(sign('sha256', body, this.#key))));
  }
}

function newSerial(): Buffer {
  return Buffer.concat([Buffer.from([0x4a]), randomBytes(15)]);
}

function keyIdOf(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function commonName(text: string): Buffer {
  return sequence(der(tags.set, sequence(objectId('2.5.4.3'), der(tags.utf8String, Buffer.from(text)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), octetString(value));
}

/** `260131120000Z`; good until 2049. */
function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(tags.utcTime, Buffer.from(`${digits}Z`, 'ascii'));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
