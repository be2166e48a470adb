import { isoTime } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { App } from '../model/app.ts';
import type { Certificate } from '../model/certificate.ts';
import { failure } from '../model/failures.ts';
import { certificatesByName, certificateFor } from '../model/plan-certificates.ts';
import { readKeyPair } from '../model/read-certificate.ts';
import { chosenDomains } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const addCertificate: Handler<'certs:add'> = async (deps, call) => {
  if (!call.stdin)
    throw failure('E_INPUT', 'Nothing is piped in', {
      hint: `slipway certs:add ${appOf(call).name} CRT KEY`,
    });
  return keep(deps, call, await deps.certificateTools.read(call.stdin));
};

export const generateCertificate: Handler<'certs:generate'> = async (deps, call, { domain }) => {
  const { pem, request } = await deps.certificateTools.selfSigned(domain);
  return { ...(await keep(deps, call, pem)), request };
};

export const removeCertificate: Handler<'certs:remove'> = async (deps, call) => {
  const before = givenTo(deps, appOf(call));
  if (before.length === 0) return { changed: false };
  await replace(deps, appOf(call), { before, after: [] });
  return { changed: true };
};

export const showCertificate: Handler<'certs:show'> = async (deps, call, { part }) => {
  const app = appOf(call);
  const certificate = givenTo(deps, app).at(-1);
  if (!certificate)
    throw failure('E_NOT_FOUND', `App ${app.name} was given no certificate`, {
      hint: `slipway certs:report ${app.name} tells about the automatic ones`,
    });
  const key = part === 'key' || part === 'both' ? certificate.key.reveal() : '';
  return { pem: `${part === 'key' ? '' : certificate.chain}${key}` };
};

/** Those that somebody gave to the app. */
export function givenTo(deps: Deps, app: App): readonly Certificate[] {
  return deps.store.certificates.all().filter((one) => one.app === app.name && one.ordered === null);
}

async function keep(deps: Deps, call: Call, pem: Secret) {
  const app = appOf(call);
  const at = deps.clock.now();
  const { pair, warnings } = readKeyPair(pem.reveal(), pem, at);
  const before = givenTo(deps, app);
  const { names, issuer, notAfter, fingerprint } = pair.facts;
  const isNew = before.length !== 1 || before[0]?.facts.fingerprint !== fingerprint;
  const added = { ...pair, createdBy: call.actor.name, createdAt: at };
  if (isNew) await replace(deps, app, { before, after: [added] });
  return {
    names: [...names],
    issuer,
    expires: isoTime(notAfter),
    uncovered: uncovered(deps, app),
    warnings: [...warnings],
    changed: isNew,
  };
}

type Given = Pick<Certificate, 'chain' | 'key' | 'facts' | 'createdBy' | 'createdAt'>;

/** Served when it returns; where the router does not take it, those from before are kept. */
async function replace(
  deps: Deps,
  app: App,
  { before, after }: { readonly before: readonly Given[]; readonly after: readonly Given[] },
): Promise<void> {
  store(deps, app, after);
  try {
    await deps.routes.certify(deps.store.certificates.all());
  } catch (error) {
    store(deps, app, before);
    throw error;
  }
}

/** Exactly these. */
function store(deps: Deps, app: App, certificates: readonly Given[]): void {
  deps.store.transaction(() => {
    for (const { id } of givenTo(deps, app)) deps.store.certificates.remove(id);
    for (const { createdBy: by, createdAt: at, ...pair } of certificates)
      deps.store.certificates.add({ app: app.id, ordered: null, directory: null, pair, by, at });
  });
}

/** Domains of the app that no certificate which it was given is for. */
function uncovered(deps: Deps, app: App): string[] {
  const byName = certificatesByName(givenTo(deps, app));
  const now = deps.clock.now();
  return chosenDomains(deps, app).filter((domain) => !certificateFor(domain, app.name, { byName, now }));
}
