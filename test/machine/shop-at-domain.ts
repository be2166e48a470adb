import { X509Certificate } from 'node:crypto';
import type { TestContext } from 'node:test';
import { proofPath } from '../../src/router/proof-path.ts';
import { call, hello, push } from './memory-calls.ts';
import { memoryDeps, type MemoryDeps } from './memory-deps.ts';

export const here = '192.0.2.1';
export const domain = 'www.shop.dev';
export const day = 86_400_000;

/** An app at a domain that leads to this machine, whose router shows what it is told to. */
export async function shop(t: TestContext): Promise<MemoryDeps> {
  const deps = memoryDeps();
  t.after(async () => {
    await deps.certificates.stop();
    deps.close();
  });
  const served = (path: string) =>
    deps.proxy.table.proofs?.find(({ token }) => proofPath(token) === path)?.answer;
  deps.host.answers.set(here, (path) => ({
    status: served(path) === undefined ? 404 : 200,
    text: served(path) ?? '',
  }));
  deps.host.names.set(domain, [here]);
  deps.authority.clock = deps.clock;
  deps.authority.look = async (proof) => {
    if (proof.kind !== 'http-01') return 'a record';
    const found = served(proofPath(proof.token));
    return found === proof.answer ? undefined : (found ?? 'nothing');
  };
  await call(deps, ['apps:create', { app: 'shop' }]);
  await push(deps, ['shop', hello]);
  await call(deps, ['domains:set', { app: 'shop', domains: [domain] }]);
  return deps;
}

/** Its keeper is at work, and has looked once. */
export async function started(deps: MemoryDeps): Promise<void> {
  await deps.certificates.start();
  await look(deps);
}

/** One look, and all that it began. */
export async function look(deps: MemoryDeps): Promise<void> {
  await deps.certificates.look();
  await deps.settled();
}

/** Of the certificate that is shown for a host. */
export const serial = (deps: MemoryDeps, host = domain) => {
  const pem = deps.proxy.certificateFor(host)?.pem.reveal();
  return pem === undefined ? undefined : new X509Certificate(pem).serialNumber;
};

/** How `letsencrypt:list` shows a host of it. */
export const item = async (deps: MemoryDeps, host = domain) =>
  (await call(deps, ['letsencrypt:list', { app: 'shop' }])).find((one) => one.host === host);

/** Lets the time pass. */
export const pass = (deps: MemoryDeps, milliseconds: number) => {
  const { now } = deps.clock;
  Object.assign(deps.clock, { now: () => now() + milliseconds });
};
