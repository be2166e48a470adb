import type { Role } from './access.ts';
import { failure } from './failures.ts';

/** A public key that may come in by SSH. */
export interface SshKey {
  readonly name: string;
  /** `SHA256:...` as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** `ssh-ed25519 AAAA...`: type and key without options and comment. */
  readonly publicKey: string;
  readonly addedAt: number;
  readonly role: Role;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]*$/;

/** What is wrong with the name of a key, or undefined. The name stands in a forced command and in an HTTP header. */
export function keyNameProblem(name: string): string | undefined {
  if (!namePattern.test(name)) {
    return 'Key name must begin with a letter or digit, and may only contain letters, digits, dots, underscores, @ and hyphens';
  }
  if (name.length > 64) return 'Key name must have at most 64 characters';
  return undefined;
}

/** Gives the name back. Throws E_INPUT for one that no key can have. */
export function checkKeyName(name: string): string {
  const problem = keyNameProblem(name);
  if (problem !== undefined) throw failure('E_INPUT', problem);
  return name;
}
