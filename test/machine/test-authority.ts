import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from '../../src/base/exec.ts';

/** A server certificate for this machine, and the CA that gave it; files and the CA's text. */
export interface TestCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** PEM. */
  readonly ca: string;
}

/** Makes a CA of its own and a certificate of it for `localhost` and `127.0.0.1`, in a folder. */
export async function makeTestCertificate(folder: string): Promise<TestCertificate> {
  await mkdir(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];
  await exec('openssl', [
    ...[
      'req',
      '-x509',
      ...key,
      '-subj',
      '/CN=Slipway test CA',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.pem'),
    ],
  ]);
  await exec('openssl', [
    ...['req', '-x509', ...key, '-subj', '/CN=localhost', '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...[
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-addext',
      'basicConstraints=critical,CA:FALSE',
    ],
    ...['-keyout', at('server.key'), '-out', at('server.pem')],
  ]);
  return {
    certificateFile: at('server.pem'),
    keyFile: at('server.key'),
    ca: await readFile(at('ca.pem'), 'utf8'),
  };
}
