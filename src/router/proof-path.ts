/** Where a certificate authority looks for the proof of a token (RFC 8555, 8.3). */
export function proofPath(token: string): string {
  return `/.well-known/acme-challenge/${token}`;
}
