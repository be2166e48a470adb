import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  scrypt,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../../base/secret.ts';
import { identityKey, recipientKey, type Encryption, type Opening } from '../../model/age-key.ts';
import { decryptedBy, derivedKey, encryptedBy } from './age-cipher.ts';
import { base64, type Stanza } from './age-header.ts';

/** The key of a file is sealed by a key that is used once, so that this nonce is. */
const noNonce = new Uint8Array(12);
const x25519Purpose = 'age-encryption.org/v1/X25519';
const scryptPurpose = 'age-encryption.org/v1/scrypt';
/** Costs 64 MiB and a quarter of a second; age itself takes 18: 256 MiB, too much beside what a small machine runs. */
const workFactor = 16;
/** What a file may ask for: as much as age itself writes. */
const mostWork = 18;

const runScrypt = promisify<
  string,
  Uint8Array,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);

/** The ways to the key of a file for those who may open it. Throws E_INPUT for a recipient that is none. */
export async function stanzasFor(encryption: Encryption, fileKey: Uint8Array): Promise<Stanza[]> {
  if (encryption.by === 'recipients') {
    return encryption.recipients.map((recipient) => forRecipient(recipientKey(recipient), fileKey));
  }
  const salt = randomBytes(16);
  const key = await stretched(encryption.passphrase, salt, workFactor);
  return [{ words: ['scrypt', base64(salt), String(workFactor)], body: encryptedBy(key, noNonce, fileKey) }];
}

/** The key of a file, or undefined where none of its stanzas is for this identity or passphrase. */
export async function openedStanza(
  stanzas: readonly Stanza[],
  opening: Opening,
): Promise<Buffer | undefined> {
  if (opening.by === 'passphrase') return await byPassphrase(stanzas, opening.passphrase);
  const secret = privateKey(identityKey(opening.identity));
  for (const stanza of stanzas) {
    const fileKey = byIdentity(stanza, secret);
    if (fileKey) return fileKey;
  }
  return undefined;
}

function forRecipient(recipient: Uint8Array, fileKey: Uint8Array): Stanza {
  const once = generateKeyPairSync('x25519');
  const share = publicBytes(once.publicKey);
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey: publicKey(recipient) });
  const key = derivedKey(shared, Buffer.concat([share, recipient]), x25519Purpose);
  return { words: ['X25519', base64(share)], body: encryptedBy(key, noNonce, fileKey) };
}

function byIdentity({ words, body }: Stanza, secret: KeyObject): Buffer | undefined {
  const share = Buffer.from(words[1] ?? '', 'base64');
  if (words[0] !== 'X25519' || share.length !== 32) return undefined;
  const shared = diffieHellman({ privateKey: secret, publicKey: publicKey(share) });
  const recipient = publicBytes(createPublicKey(secret));
  return decryptedBy(derivedKey(shared, Buffer.concat([share, recipient]), x25519Purpose), noNonce, body);
}

async function byPassphrase(stanzas: readonly Stanza[], passphrase: Secret): Promise<Buffer | undefined> {
  const [only, more] = stanzas;
  const [kind, salt = '', work = ''] = only?.words ?? [];
  if (!only || more || kind !== 'scrypt' || !/^[1-9]\d?$/.test(work) || Number(work) > mostWork)
    return undefined;
  const key = await stretched(passphrase, Buffer.from(salt, 'base64'), Number(work));
  return decryptedBy(key, noNonce, only.body);
}

function stretched(passphrase: Secret, salt: Uint8Array, work: number): Promise<Buffer> {
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** (work + 11) };
  return runScrypt(passphrase.reveal(), Buffer.concat([Buffer.from(scryptPurpose), salt]), 32, cost);
}

/** The 32 bytes of a key stand at the end of its DER (RFC 8410). */
const publicStart = Buffer.from('302a300506032b656e032100', 'hex');
const privateStart = Buffer.from('302e020100300506032b656e04220420', 'hex');

function publicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicStart, bytes]), format: 'der', type: 'spki' });
}

function privateKey(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([privateStart, bytes]), format: 'der', type: 'pkcs8' });
}

function publicBytes(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}
