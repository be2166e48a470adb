import { X509Certificate } from 'node:crypto';
import type { Pebble } from '../../test/machine/pebble.ts';
import type { AcmeRig } from './acme.contract.ts';
import type { AcmeAccount, Proof } from './acme.ts';
import { AcmeClient } from './client.ts';
import { Exchange, trustAlso } from './exchange.ts';
import { accountSchema } from './resources.ts';
import { Session } from './session.ts';

/** A pebble and what the contract asks of it. Its https and the proofs are real, its root is known to nobody. */
export function rigOf(pebble: Pebble): AcmeRig & { readonly acme: AcmeClient } {
  return {
    acme: new AcmeClient({ ca: pebble.ca }),
    directory: pebble.directory,
    root: pebble.root,
    show: (proof: Proof, content: string) =>
      proof.kind === 'http-01' ? pebble.answer(proof.token, content) : pebble.setText(proof.record, content),
    hide: (proof: Proof) =>
      proof.kind === 'http-01' ? pebble.clearAnswer(proof.token) : pebble.clearText(proof.record),
    contacts: (account) => contacts(pebble, account),
    isRevoked: async (chain) => (await pebble.status(new X509Certificate(chain).serialNumber)) === 'Revoked',
    close: () => pebble.stop(),
  };
}

async function contacts({ ca }: Pebble, account: AcmeAccount): Promise<readonly string[]> {
  const exchange = new Exchange(5000, trustAlso(ca));
  try {
    const session = await Session.open(exchange, account, new AbortController().signal);
    return (await session.read(await session.account(), accountSchema)).contact ?? [];
  } finally {
    exchange.close();
  }
}
