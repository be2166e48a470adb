import type { App } from '../model/app.ts';
import type { TlsSettings } from '../model/plan-certificates.ts';
import type { HttpsPolicy } from '../model/route.ts';
import { computedOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import type { HttpsWishes } from './routes.ts';

/** How hosts are served that have a certificate. */
export const httpsSettings = {
  redirect: { name: 'router.https-redirect', standard: 'true' },
  hsts: { name: 'router.hsts', standard: 'true' },
  /** In seconds: half a year. */
  hstsMaxAge: { name: 'router.hsts-max-age', standard: '15724800' },
  hstsSubdomains: { name: 'router.hsts-include-subdomains', standard: 'false' },
  hstsPreload: { name: 'router.hsts-preload', standard: 'false' },
} as const;

/** For all apps. */
export const tlsSettings = {
  minVersion: { name: 'router.tls-min-version', standard: '1.2' },
  http2: { name: 'router.http2', standard: 'true' },
} as const;

/** What `Routes` asks for; the store is read at each question, since it may not be open yet. */
export function httpsWishes(deps: Pick<Deps, 'store' | 'clock'>): HttpsWishes {
  return {
    tls: () => tlsOf(deps),
    policyOf: (app) => policyOf(deps, deps.store.apps.find(app) ?? null),
    now: () => deps.clock.now(),
  };
}

function tlsOf(deps: Pick<Deps, 'store'>): TlsSettings {
  const computed = computedOf(deps, null);
  return {
    minVersion: computed(tlsSettings.minVersion) === '1.3' ? '1.3' : '1.2',
    http2: computed(tlsSettings.http2) === 'true',
  };
}

function policyOf(deps: Pick<Deps, 'store'>, app: App | null): HttpsPolicy {
  const computed = computedOf(deps, app);
  const hsts = {
    maxAge: Number(computed(httpsSettings.hstsMaxAge)),
    subdomains: computed(httpsSettings.hstsSubdomains) === 'true',
    preload: computed(httpsSettings.hstsPreload) === 'true',
  };
  return {
    redirect: computed(httpsSettings.redirect) === 'true',
    hsts: computed(httpsSettings.hsts) === 'true' ? hsts : null,
  };
}
