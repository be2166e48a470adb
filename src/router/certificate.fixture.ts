import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { exec } from '../base/exec.ts';
import { Secret } from '../base/secret.ts';

/** A certificate for these hosts that signs itself, and its key, as PEM. */
export async function selfSigned(hosts: readonly string[], days = 30): Promise<Secret> {
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const words = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '-'];
  const more = ['-days', String(days), '-subj', '/CN=test', '-addext', `subjectAltName=${names}`];
  const { stdout } = await exec('openssl', ['req', '-x509', ...words, ...more]);
  return new Secret(stdout);
}

/** Alternative names of the certificate that 127.0.0.1 shows for a host; null where it refuses the handshake. */
export function shownCertificate(port: number, host: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).subjectAltName ?? null);
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME') resolve(null);
      else reject(error);
    });
  });
}
