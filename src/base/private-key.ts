import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { Secret } from './secret.ts';

export type KeyType = 'ec256' | 'rsa2048';

const generate = promisify(generateKeyPair);

/** A new private key as PEM (PKCS #8). An RSA key takes up to a second, off the main thread. */
export async function newPrivateKey(type: KeyType): Promise<Secret> {
  const { privateKey } =
    type === 'ec256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 2048 });
  return new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
