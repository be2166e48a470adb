import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import type { Sealer } from './store.ts';
import { syncFolder } from './sync-file.ts';

// Sealed: 1 byte version, 12 bytes nonce, the ciphertext, 16 bytes tag. The version is authenticated too.
const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

/**
 * The key of a file, which is made at first use: 32 random bytes, readable by its owner only. Throws E_STORE_KEY for a
 * key file that others may read or that is no key, and, unless one may be made, that is missing.
 */
export function openKey(keyFile: string, { make = true } = {}): Uint8Array {
  const key = readKey(keyFile);
  if (!key && !make) {
    throw failure('E_STORE_KEY', `The key file ${keyFile} is missing, and the store was sealed with it`);
  }
  return key ?? makeKey(keyFile);
}

/** A key for one purpose, from which neither the key itself nor that of another purpose follows. */
export function derivedKey(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, keyBytes));
}

/** AES-256-GCM with a random nonce for each value. `key` has 32 bytes. */
export function sealerOf(key: Uint8Array): Sealer {
  return {
    seal: (secret) => seal(key, secret),
    open: (sealed) => open(key, sealed),
  };
}

function seal(key: Uint8Array, secret: Secret): Uint8Array {
  const head = Buffer.concat([Buffer.of(version), randomBytes(nonceBytes)]);
  const cipher = createCipheriv('aes-256-gcm', key, head.subarray(1), { authTagLength: tagBytes });
  cipher.setAAD(head.subarray(0, 1));
  return Buffer.concat([head, cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, sealed: Uint8Array): Secret {
  if (sealed.length < headBytes + tagBytes || sealed[0] !== version) throw unreadable();
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, headBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(sealed.subarray(0, 1));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(headBytes, -tagBytes));
  try {
    return new Secret(Buffer.concat([text, decipher.final()]).toString('utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): Error {
  return failure(
    'E_STORE_KEY',
    'A sealed value cannot be opened: it was changed, or the key file is another one',
    { cause },
  );
}

/** The key, or undefined where there is no file. */
function readKey(path: string): Uint8Array | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw failure('E_STORE_KEY', `The key file ${path} can be read by others`, {
        hint: `chmod 600 ${path}`,
      });
    }
    const key = readFileSync(file);
    if (key.length !== keyBytes) {
      throw failure('E_STORE_KEY', `The key file ${path} has ${key.length} bytes and not ${keyBytes}`);
    }
    return key;
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw failure('E_STORE_KEY', `The key file ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** A whole key appears under the name, or none: written beside, synced, then linked, which fails where one is there. */
function makeKey(path: string): Uint8Array {
  const temp = `${path}.${randomId()}`;
  const key = randomBytes(keyBytes);
  try {
    writeSynced(temp, key);
    linkSync(temp, path);
    syncFolder(dirname(path));
    return key;
  } catch (cause) {
    const winner = systemCode(cause) === 'EEXIST' ? readKey(path) : undefined;
    if (winner) return winner;
    throw failure('E_STORE_KEY', `The key file ${path} cannot be made: ${messageOf(cause)}`, { cause });
  } finally {
    rmSync(temp, { force: true });
  }
}

function writeSynced(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
