import { decodeBech32 } from './bech32.ts';
import { failure } from './failures.ts';
import type { Secret } from '../base/secret.ts';

/** Who may open a backup: any of these keys (`age1...`), or whoever knows the passphrase. */
export type Encryption =
  | { readonly by: 'recipients'; readonly recipients: readonly string[] }
  | { readonly by: 'passphrase'; readonly passphrase: Secret };

/** What an encrypted backup is opened with. An identity is `AGE-SECRET-KEY-1...`. */
export type Opening =
  | { readonly by: 'identity'; readonly identity: Secret }
  | { readonly by: 'passphrase'; readonly passphrase: Secret };

/** The 32 bytes of an X25519 public key of age (`age1...`). Throws E_INPUT. */
export function recipientKey(text: string): Uint8Array {
  const key = decodeBech32('age', text);
  if (key?.length === 32) return key;
  throw failure('E_INPUT', `${JSON.stringify(text)} is no public key of age`, {
    hint: 'it begins with age1; age-keygen makes a pair and prints the public one',
  });
}

/** The 32 bytes of an X25519 secret key of age (`AGE-SECRET-KEY-1...`). Throws E_INPUT, which does not tell the text. */
export function identityKey(identity: Secret): Uint8Array {
  const key = decodeBech32('age-secret-key-', identity.reveal().trim());
  if (key?.length === 32) return key;
  throw failure('E_INPUT', 'What was given is no secret key of age', {
    hint: 'it begins with AGE-SECRET-KEY-1 and stands in the file that age-keygen wrote',
  });
}
