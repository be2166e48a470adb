import { isUtf8 } from 'node:buffer';
import { Secret } from '../base/secret.ts';
import { failure } from './failures.ts';

const pattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const longest = 256;

/** What is wrong with the name of an environment variable, or undefined. */
export function configKeyProblem(key: string): string | undefined {
  if (!pattern.test(key)) {
    return `${JSON.stringify(key)} is not a name of an environment variable: letters, digits and _, no digit first`;
  }
  return key.length > longest ? `${key.slice(0, 20)}... has more than ${longest} characters` : undefined;
}

/** Gives the key. Throws E_INPUT that names it. */
export function checkConfigKey(key: string): string {
  const problem = configKeyProblem(key);
  if (problem !== undefined) throw failure('E_INPUT', problem);
  return key;
}

export interface ConfigPair {
  readonly key: string;
  readonly value: Secret;
}

/**
 * `KEY=VALUE`, cut at the first `=`; the value may be empty, and have newlines and more `=`. Throws E_INPUT that names
 * the key and never the value. A word without `=` is named only where it could be a key: it may be half of a secret.
 */
export function parsePair(word: string): ConfigPair {
  const at = word.indexOf('=');
  if (at === -1) {
    const shown = configKeyProblem(word) === undefined ? word : 'a word without =';
    throw failure('E_INPUT', `${shown} is not KEY=VALUE`, {
      hint: "quote a value with spaces: KEY='two words'",
    });
  }
  const key = checkConfigKey(word.slice(0, at));
  const value = word.slice(at + 1);
  return { key, value: environmentValue(key, value) };
}

/** The text of a value in base64. Throws E_INPUT, naming the key and never the value, for what is no base64 of a text. */
export function decodeValue(key: string, value: Secret): Secret {
  const bytes = Buffer.from(value.reveal(), 'base64');
  const isWhole =
    bytes.toString('base64').replace(/=+$/, '') === value.reveal().replaceAll(/\s/g, '').replace(/=+$/, '');
  if (!isWhole || !isUtf8(bytes))
    throw failure('E_INPUT', `The value of ${key} is not base64 of a text`, {
      hint: 'make it with: base64 -w 0',
    });
  return environmentValue(key, bytes.toString('utf8'));
}

function environmentValue(key: string, value: string): Secret {
  if (value.includes('\0'))
    throw failure('E_INPUT', `The value of ${key} has a NUL, which no environment can carry`);
  return new Secret(value);
}
