import { exec } from '../base/exec.ts';
import { Secret } from '../base/secret.ts';

const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'.split(' ');

/** The program that every Debian has for certificates. */
export interface SelfSigned {
  /** PEM: the key and the certificate. */
  readonly pem: Secret;
  /** PEM of the request to have the same key signed by an authority. */
  readonly request: string;
}

/** A certificate for a domain that signs itself, valid for a year, with a new key. Throws ExecError. */
export async function selfSigned(domain: string): Promise<SelfSigned> {
  const subject = ['-subj', '/', '-addext', `subjectAltName=DNS:${domain}`];
  const { stdout } = await exec('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    '-',
    '-days',
    '365',
    ...subject,
  ]);
  const { stdout: request } = await exec('openssl', ['req', '-new', '-key', '/dev/stdin', ...subject], {
    stdin: stdout,
  });
  return { pem: new Secret(stdout), request };
}
