import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

/*
 * ChaCha20-Poly1305 (RFC 8439) and HKDF-SHA-256 (RFC 5869) by OpenSSL, as age uses them: https://age-encryption.org/v1
 */

const algorithm = 'chacha20-poly1305';
export const tagLength = 16;

/** What is sealed, followed by its tag. A pair of key and nonce must be used only once. */
export function encryptedBy(key: Uint8Array, nonce: Uint8Array, text: Uint8Array): Buffer {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  const body = cipher.update(text);
  cipher.final();
  return Buffer.concat([body, cipher.getAuthTag()]);
}

/** Undefined where the key is another one, or a bit was changed. */
export function decryptedBy(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < tagLength) return undefined;
  const cipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  cipher.setAuthTag(sealed.subarray(-tagLength));
  const text = cipher.update(sealed.subarray(0, -tagLength));
  try {
    cipher.final();
  } catch {
    return undefined;
  }
  return text;
}

/** A key of 32 bytes from another one. */
export function derivedKey(from: Uint8Array, salt: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', from, salt, purpose, 32));
}
