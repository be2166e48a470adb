import type { BuildRequest } from '../builder.ts';

/** How the config is handed to pack. */
export interface PackConfig {
  /** Lines `NAME=value` of its file. */
  readonly lines: string;
  /** What has no form in such a file: values of several lines. It is taken from the environment of pack itself. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names that are possible in neither. */
  readonly leftOut: readonly string[];
}

/** Names that would tell pack itself, or the loader of programs, something: pack runs with the rights of slipwayd. */
const meantForPack =
  /^(PATH|HOME|TMPDIR|LANG|LC_.*|(DOCKER|PACK|CNB|LD|XDG|SSL_CERT)_.*|GO[A-Z]*|(HTTPS?|ALL|NO)_PROXY)$/i;

/** Divides it: a value goes by the file where it can. */
export function packConfig(config: BuildRequest['config']): PackConfig {
  const entries = Object.entries(config).map(([name, value]) => [name, value.reveal()] as const);
  const plain = entries.filter(([, value]) => !isLong(value));
  const long = entries.filter(([, value]) => isLong(value));
  return {
    lines: plain.map(([name, value]) => `${name}=${value}\n`).join(''),
    variables: Object.fromEntries(long.filter(([name]) => !meantForPack.test(name))),
    leftOut: long.map(([name]) => name).filter((name) => meantForPack.test(name)),
  };
}

function isLong(value: string): boolean {
  return /[\r\n]/.test(value);
}
