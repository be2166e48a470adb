import { exec } from '../base/exec.ts';
import type { Secret } from '../base/secret.ts';

/** Who may change a zone, and where (RFC 2136, signed by RFC 8945). */
export interface UpdateKey {
  /** Name or address of the name server. */
  readonly server: string;
  readonly port: number;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
  readonly keyName: string;
  /** Base64. */
  readonly secret: Secret;
}

export interface TextUpdate {
  readonly change: 'add' | 'delete';
  readonly name: string;
  readonly value: string;
}

/** Seconds that resolvers may keep a record of ours. */
const lifetime = 60;

const word = /^[A-Za-z0-9._:-]+$/;
const value = /^[A-Za-z0-9_-]+$/;
const base64 = /^[A-Za-z0-9+/]+=*$/;

/**
 * Adds or deletes one TXT record by nsupdate(1), which finds the zone itself. The key is told on standard input, where no
 * list of processes shows it. Throws ExecError, and RangeError for words that do not belong in its language.
 */
export async function updateText(key: UpdateKey, update: TextUpdate, signal: AbortSignal): Promise<void> {
  await exec('nsupdate', ['-t', '20'], { stdin: updateScript(key, update), signal, timeout: 60_000 });
}

/** The commands for nsupdate. Pure. */
export function updateScript(key: UpdateKey, { change, name, value: text }: TextUpdate): string {
  const seconds = change === 'add' ? `${lifetime} ` : '';
  return [
    `server ${checked(key.server, word)} ${key.port}`,
    `key ${key.algorithm}:${checked(key.keyName, word)} ${checked(key.secret.reveal(), base64)}`,
    `update ${change} ${checked(name, word)}. ${seconds}TXT "${checked(text, value)}"`,
    'send',
    '',
  ].join('\n');
}

function checked(text: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new RangeError('a word for nsupdate has other characters than it may have');
}
