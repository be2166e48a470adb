import { exec } from '../base/exec.ts';
import { Secret } from '../base/secret.ts';

const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout -'.split(' ');

/** A certificate for a domain that signs itself, valid for a year, and its new key, as PEM. Throws ExecError. */
export async function selfSigned(domain: string): Promise<Secret> {
  const subject = ['-subj', '/', '-addext', `subjectAltName=DNS:${domain}`];
  return new Secret((await exec('openssl', ['req', '-x509', ...newKey, '-days', '365', ...subject])).stdout);
}
