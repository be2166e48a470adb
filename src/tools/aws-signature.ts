import { createHash, createHmac } from 'node:crypto';
import { reveal, type Secret } from '../base/secret.ts';

export interface AwsLogin {
  readonly keyId: string;
  readonly secret: Secret;
}

export interface AwsRequest {
  readonly method: string;
  readonly host: string;
  /** With its query, whose names are in order and are escaped as RFC 3986 says. */
  readonly path: string;
  readonly body: string | Uint8Array;
  /** Signed as well; names in lower case. S3 wants the SHA-256 of the body among them, which is then not made again. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AwsScope {
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

/** Headers that sign a request to Amazon (Signature Version 4). Pure. */
export function awsHeaders(login: AwsLogin, request: AwsRequest, { region, service, now }: AwsScope) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers = { ...request.headers, host: request.host, 'x-amz-date': time };
  const names = Object.keys(headers).sort().join(';');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical(request, headers))].join('\n');
  const key = scope
    .split('/')
    .reduce((key: string | Buffer, part) => hmac(key, part), `AWS4${reveal(login.secret)}`);
  const signature = hmac(key, text).toString('hex');
  return {
    ...request.headers,
    'x-amz-date': time,
    Authorization: `AWS4-HMAC-SHA256 Credential=${login.keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function canonical({ method, path, body }: AwsRequest, headers: Readonly<Record<string, string>>): string {
  const [place = '', query = ''] = path.split('?');
  const lines = Object.entries(headers)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  const names = Object.keys(headers).sort().join(';');
  return [method, place, query, lines.join(''), names, headers['x-amz-content-sha256'] ?? sha256(body)].join(
    '\n',
  );
}

/** In hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
