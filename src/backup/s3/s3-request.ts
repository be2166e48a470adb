import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { text } from 'node:stream/consumers';
import { messageOf } from '../../base/failure.ts';
import type { Secret } from '../../base/secret.ts';
import { failure } from '../../model/failures.ts';
import { awsHeaders, sha256 } from '../../tools/aws-signature.ts';

/** A bucket of S3-compatible storage, and who asks. */
export interface S3Login {
  /** `https://s3.example.com`; null: that of AWS. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: Secret;
}

export interface S3Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Empty: the bucket itself. */
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds without a byte, after which a storage is taken for dead. */
const silence = 60_000;

/**
 * One signed request; gives the answer while its body is still to be read. Addresses are of the form HOST/BUCKET/NAME, as
 * every storage knows them. Throws E_BACKUP_TARGET for an answer of 400 and above, and where there is none.
 */
export async function s3Request(login: S3Login, call: S3Call, ca: string): Promise<IncomingMessage> {
  const url = urlOf(login, call);
  const body = call.body ?? new Uint8Array();
  const signed = awsHeaders(
    { keyId: login.accessKey, secret: login.secretKey },
    {
      method: call.method,
      host: url.host,
      path: `${url.pathname}${url.search}`,
      body,
      headers: { 'x-amz-content-sha256': sha256(body) },
    },
    { region: login.region, service: 's3', now: new Date() },
  );
  const answer = await sent(url, { ...call, body, headers: signed, ca }).catch((cause: unknown) => {
    if (call.signal?.aborted) throw call.signal.reason;
    throw failure('E_BACKUP_TARGET', `${url.origin} does not answer: ${messageOf(cause)}`, { cause });
  });
  if ((answer.statusCode ?? 500) < 300) return answer;
  throw refusal(login, answer.statusCode ?? 500, await text(answer).catch(() => ''));
}

function urlOf({ endpoint, region, bucket }: S3Login, { name, query = {} }: S3Call): URL {
  const origin = (endpoint ?? `https://s3.${region}.amazonaws.com`).replace(/\/$/, '');
  const words = Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  const path = name === '' ? bucket : `${bucket}/${name}`;
  return new URL(`${origin}/${path}${words.length > 0 ? `?${words.join('&')}` : ''}`);
}

interface Sending extends S3Call {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string;
}

function sent(url: URL, { method, headers, body, signal, ca }: Sending): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const asked = ask(url, {
      method,
      headers: { ...headers, 'Content-Length': body.length },
      timeout: silence,
      ...(ca === '' ? {} : { ca: [...rootCertificates, ca] }),
      ...(signal ? { signal } : {}),
    });
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error('no byte came for a minute')));
    asked.end(body);
  });
}

/** What an error of S3 means to the user; its body has a code and a message (XML). */
function refusal({ bucket, accessKey }: S3Login, status: number, body: string) {
  const code = tag(body, 'Code') ?? String(status);
  if (code === 'NoSuchBucket') {
    const hint = 'make it at the storage first';
    return failure('E_BACKUP_TARGET', `The storage has no bucket ${bucket}`, { hint });
  }
  if (status === 401 || status === 403)
    return failure('E_BACKUP_TARGET', `The storage refuses ${accessKey} for the bucket ${bucket}: ${code}`, {
      hint: 'check access key, secret key, region and the rights on the bucket: slipway KIND:backup-auth',
    });
  if (status === 404) return failure('E_NOT_FOUND', `The bucket ${bucket} has no such backup any more`);
  return failure('E_BACKUP_TARGET', `The storage answers ${status}: ${tag(body, 'Message') ?? code}`);
}

/** The text of the first element of a name, of the simple XML that S3 answers. */
export function tag(xml: string, name: string): string | undefined {
  return tags(xml, name)[0];
}

/** Of all elements of a name, in their order. */
export function tags(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, found = '']) =>
    found
      .replaceAll('&quot;', '"')
      .replaceAll('&#34;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
}
