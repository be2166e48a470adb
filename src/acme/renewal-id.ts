import { X509Certificate } from 'node:crypto';
import { failure } from '../model/failures.ts';
import { objectId, readDer, tags, type DerValue } from './der.ts';

const authorityKeyIdentifier = objectId('2.5.29.35');

/**
 * What an authority calls a certificate when it is asked when to renew it (RFC 9773, 4.1): the identifier of its
 * issuer's key and its serial number, each as base64url. Throws E_ACME for a certificate that names no issuer's key.
 */
export function renewalId(chain: string): string {
  const { raw } = new X509Certificate(chain);
  const fields = readDer(childAt(childAt(raw, 0), 0));
  const serial = fields.find((field) => field.tag === tags.integer);
  const issuer = extensionsOf(fields).find(({ content }) =>
    content.subarray(0, 5).equals(authorityKeyIdentifier),
  );
  const key = issuer && keyIdentifier(issuer);
  if (!serial || !key) throw failure('E_ACME', 'the certificate does not name the key of its issuer');
  return `${key.toString('base64url')}.${serial.content.toString('base64url')}`;
}

function extensionsOf(fields: readonly DerValue[]): DerValue[] {
  const extensions = fields.find((field) => field.tag === 0xa3);
  return extensions ? readDer(childAt(extensions.content, 0)) : [];
}

/** `[0]` of the structure that the last value of the extension, an octet string, holds. */
function keyIdentifier(extension: DerValue): Buffer | undefined {
  const value = readDer(extension.content).at(-1);
  if (!value) return undefined;
  return readDer(childAt(value.content, 0)).find((field) => field.tag === 0x80)?.content;
}

function childAt(bytes: Buffer, index: number): Buffer {
  return readDer(bytes)[index]?.content ?? Buffer.alloc(0);
}
