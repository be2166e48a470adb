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

const newKey = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2';
const forThisMachine =
  '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE';

/** Makes a CA of its own and a certificate of it for `localhost` and `127.0.0.1`, in a folder. */
export async function makeTestCertificate(folder: string): Promise<TestCertificate> {
  await mkdir(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const make = (name: string, more: string) =>
    exec('openssl', [
      ...`${newKey} ${more}`.split(' '),
      '-keyout',
      at(`${name}.key`),
      '-out',
      at(`${name}.pem`),
    ]);
  await make('ca', '-subj /CN=slipway-test-ca');
  await make('server', `-subj /CN=localhost -CA ${at('ca.pem')} -CAkey ${at('ca.key')} ${forThisMachine}`);
  return {
    certificateFile: at('server.pem'),
    keyFile: at('server.key'),
    ca: await readFile(at('ca.pem'), 'utf8'),
  };
}
