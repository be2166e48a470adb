import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../base/failure.ts';
import { unescaped } from '../base/unescaped.ts';

export interface DownloadOptions {
  /** Most bytes of the answer's body. */
  readonly limit: number;
  /** Milliseconds until the answer begins, for each address on the way, and longest pause while it comes. */
  readonly timeout: number;
  /** Addresses of this machine and of private networks may be asked too. */
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
}

/** An address could not be fetched; the message is a whole sentence's end, without the address. */
export class DownloadError extends Error {
  readonly url: string;

  constructor(url: URL | string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DownloadError';
    this.url = String(url);
  }
}

const redirects = 5;

/**
 * Fetches an http or https address as a stream of its body. Each address on the way, redirects too, is resolved
 * once, checked, and that very address is connected to, so that no name can lead to a service of this machine or of
 * its network. Throws DownloadError; the stream fails with it when the body is too large or stops.
 */
export async function download(url: string, options: DownloadOptions): Promise<Readable> {
  let next = parsed(url);
  for (let step = 0; step <= redirects; step += 1) {
    const response = await get(next, options);
    const location = redirectOf(response);
    if (location === undefined) return body(accepted(response, next), next, options);
    response.destroy();
    next = parsed(location, next);
  }
  throw new DownloadError(url, `it redirects more than ${redirects} times`);
}

function parsed(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url) throw new DownloadError(text, 'it is no address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new DownloadError(url, 'only http and https are fetched');
  if (base?.protocol === 'https:' && url.protocol === 'http:')
    throw new DownloadError(url, 'it redirects from https to http');
  return url;
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined;
}

function accepted(response: IncomingMessage, url: URL): IncomingMessage {
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new DownloadError(url, `it answers with status ${response.statusCode}`);
}

async function get(url: URL, options: DownloadOptions): Promise<IncomingMessage> {
  const { address, family } = await resolved(url, options.allowPrivate);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent: false,
      headers: { 'User-Agent': 'slipway', Accept: '*/*', ...login(url) },
      // The name stays in the Host header and in the check of the certificate.
      lookup: (_name, { all }, done) =>
        all ? done(null, [{ address, family }]) : done(null, address, family),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    sent.setTimeout(options.timeout, () => sent.destroy(new Error(`no answer within ${options.timeout} ms`)));
    sent.on('response', resolve);
    sent.on('error', (error) =>
      reject(options.signal?.aborted ? options.signal.reason : new DownloadError(url, error.message, error)),
    );
    sent.end();
  });
}

function login(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const words = `${unescaped(url.username)}:${unescaped(url.password)}`;
  return { Authorization: `Basic ${Buffer.from(words).toString('base64')}` };
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** The address to connect to for the host of a URL. Throws DownloadError for none, or none of the public internet. */
export async function resolved(url: URL, allowPrivate: boolean): Promise<Address> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new DownloadError(url, `the name ${host} is not known: ${messageOf(error)}`, error);
  });
  const usable = addresses.find(({ address }) => allowPrivate || isPublicAddress(address));
  if (usable) return usable;
  throw new DownloadError(url, `${host} is an address of this machine or of a private network`);
}

/** Nets that are not the public internet: RFC 6890 and the registries of special addresses that follow it. */
const special: readonly (readonly [net: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const blocked = new BlockList();
for (const [net, bits] of special) blocked.addSubnet(net, bits, net.includes(':') ? 'ipv6' : 'ipv4');

/** Whether an IP address belongs to the public internet. One of IPv4 in the form of IPv6 is judged as the IPv4 one. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && !blocked.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

function body(response: IncomingMessage, url: URL, { limit, timeout }: DownloadOptions): Readable {
  const length = Number(response.headers['content-length'] ?? 0);
  const tooLarge = () => new DownloadError(url, `it is larger than ${limit} bytes`);
  if (length > limit) {
    response.destroy();
    throw tooLarge();
  }
  response.setTimeout(timeout, () => response.destroy(new Error(`nothing came for ${timeout} ms`)));
  let total = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      total += chunk.length;
      if (total > limit) done(tooLarge());
      else done(null, chunk);
    },
  });
  pipeline(response, counted).catch(() => {});
  return counted;
}
