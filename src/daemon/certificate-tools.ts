import { Readable } from 'node:stream';
import { certificateRequest } from '../acme/certificate-request.ts';
import { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import type { CertificateTools } from '../ops/deps.ts';
import { ArchiveError } from '../tools/archive.ts';
import { selfSigned } from '../tools/openssl.ts';
import { readTar } from '../tools/tar.ts';

/** Far above any certificate with its chain and key, in bytes. */
const limit = 1024 * 1024;

export const certificateTools: CertificateTools = {
  read: readGiven,
  async selfSigned(domain) {
    const pem = await selfSigned(domain);
    const request = certificateRequest(domain, pem).toString('base64');
    const lines = request.replaceAll(/.{64}/g, '$&\n').trimEnd();
    const name = 'CERTIFICATE REQUEST';
    return { pem, request: `-----BEGIN ${name}-----\n${lines}\n-----END ${name}-----\n` };
  },
};

/** All texts of a tar, or the text itself. Throws E_INPUT for what is too long, E_CERTIFICATE for a broken tar. */
async function readGiven(stdin: Readable): Promise<Secret> {
  const bytes = await readBytes(stdin);
  return new Secret(isTar(bytes) ? await textsOf(bytes) : bytes.toString('utf8'));
}

async function readBytes(stdin: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin) {
    parts.push(Buffer.from(part));
    size += Buffer.byteLength(part);
    if (size > limit) throw failure('E_INPUT', 'What is piped in is too long for a certificate and its key');
  }
  return Buffer.concat(parts);
}

/** POSIX.1-1988: the header has this word at its byte 257. */
function isTar(bytes: Buffer): boolean {
  return bytes.subarray(257, 262).toString('latin1') === 'ustar';
}

async function textsOf(tar: Buffer): Promise<string> {
  const texts: string[] = [];
  try {
    for await (const entry of readTar(Readable.from([tar]), { limit })) {
      const parts: Uint8Array[] = [];
      for await (const part of entry.content) parts.push(part);
      if (entry.kind === 'file') texts.push(Buffer.concat(parts).toString('utf8'));
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw failure('E_CERTIFICATE', `The tar cannot be read: ${error.message}`, { cause: error });
  }
  return texts.join('\n');
}
