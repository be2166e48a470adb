import { unescaped } from '../base/unescaped.ts';

/** What git may be asked to fetch by; `ext::` and all that runs a command is not among it. */
export type RepositoryProtocol = 'https' | 'http' | 'ssh' | 'git' | 'file';

export interface RepositoryAddress {
  readonly protocol: RepositoryProtocol;
  /** Empty for a file. */
  readonly host: string;
  readonly port: number;
  /** As git takes it, without a login that has a password. */
  readonly url: string;
  /** `user:password` as it may not stand in an argument list, or null. */
  readonly login: string | null;
}

/** Where an address names no port. */
export const usualPorts: Readonly<Record<RepositoryProtocol, number>> = {
  https: 443,
  http: 80,
  ssh: 22,
  git: 9418,
  file: 0,
};

/** `git@example.com:shop.git`, the short form of ssh. */
const scp = /^[a-z0-9_][a-z0-9_.-]*@([a-z0-9][a-z0-9.-]*):[a-z0-9_~/][a-z0-9_~/.+-]*$/i;

/** Printable, without what a shell could read otherwise, and without a query, where tokens would stand. */
const plain = /^[A-Za-z0-9_.~:/@%+,=[\]-]{1,4096}$/;

/** Takes the address of a repository apart; undefined for what is none, or not safe to hand to git. */
export function parseRepository(text: string): RepositoryAddress | undefined {
  if (!plain.test(text)) return undefined;
  if (!/^[a-z]+:\/\//.test(text)) return shortForm(text);
  const url = URL.parse(text);
  const protocol = url?.protocol.slice(0, -1) ?? '';
  return url && isProtocol(protocol) && fitsProtocol(url, protocol) ? addressOf(url, protocol) : undefined;
}

function shortForm(text: string): RepositoryAddress | undefined {
  const host = scp.exec(text)?.[1];
  // A name that ends in a number is none (WHATWG URL, hosts).
  return host === undefined || !URL.canParse(`http://${host}/`)
    ? undefined
    : { protocol: 'ssh', host, port: usualPorts.ssh, url: text, login: null };
}

/** A host that begins with a hyphen would be an option of ssh; one for a file is another machine. */
function fitsProtocol({ hostname, href }: URL, protocol: RepositoryProtocol): boolean {
  if (protocol === 'file') return hostname === '' && href.startsWith('file:///');
  return hostname !== '' && !hostname.startsWith('-');
}

function addressOf(url: URL, protocol: RepositoryProtocol): RepositoryAddress {
  const { username, password } = url;
  const login = protocol.startsWith('http') && username !== '' ? unescaped(`${username}:${password}`) : null;
  const bare = new URL(url);
  bare.password = '';
  if (login !== null) bare.username = '';
  const port = url.port === '' ? usualPorts[protocol] : Number(url.port);
  return { protocol, host: url.hostname, port, url: bare.href, login };
}

/** The address as it may stand in a list, a log or an event. */
export function shownRepository(text: string): string {
  return parseRepository(text)?.url ?? 'an address';
}

function isProtocol(word: string): word is RepositoryProtocol {
  return Object.hasOwn(usualPorts, word);
}
