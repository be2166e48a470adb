import type { Secret } from '../base/secret.ts';

/** The wish: which host names go to which processes, and by which certificates. The router makes it true. */
export interface RouteTable {
  readonly routes: readonly AppRoute[];
  /** Left out: none. No host stands in two of them. */
  readonly certificates?: readonly ServedCertificate[];
  /** What a certificate authority is to find at `/.well-known/acme-challenge/TOKEN`, of any host. Left out: nothing. */
  readonly proofs?: readonly ServedProof[];
  /** Left out: none. No service has two, and no place of this machine two services. */
  readonly doors?: readonly ServedDoor[];
}

export interface AppRoute {
  readonly app: string;
  /** Lowercase host names, checked by model/domain.ts; `*.` in front stands for one or more labels. */
  readonly hosts: readonly string[];
  /** Empty: the app answers 503 with a page that names it and why. */
  readonly endpoints: readonly Endpoint[];
  /** How hosts are served that a certificate covers; left out: as `plainHttps`. */
  readonly https?: HttpsPolicy;
}

export interface Endpoint {
  /** `web.1.d42`: what the process is called in the router. */
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

export interface HttpsPolicy {
  /** Requests by http are sent on to https. */
  readonly redirect: boolean;
  /** Strict-Transport-Security; null: the header is not set. */
  readonly hsts: Hsts | null;
}

export interface Hsts {
  /** Seconds; 0 has browsers forget it. */
  readonly maxAge: number;
  readonly subdomains: boolean;
  readonly preload: boolean;
}

export const plainHttps: HttpsPolicy = { redirect: true, hsts: null };

export interface ServedCertificate {
  /** Host names that it is shown for; `*.` in front stands for one label. */
  readonly hosts: readonly string[];
  /** PEM: the certificate, those that lead to its authority, the private key. They are known to fit together. */
  readonly pem: Secret;
  readonly minVersion: TlsVersion;
  readonly http2: boolean;
}

export type TlsVersion = '1.2' | '1.3';

export interface ServedProof {
  readonly token: string;
  readonly answer: string;
}

/** A port of this machine behind which a service stands: what comes is handed on as it is. */
export interface ServedDoor extends Place {
  /** `postgres:db` */
  readonly service: string;
  readonly to: Place;
}

export interface Place {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
}

/** Whether a request for the host would be served by one of these hosts of certificates. */
export function isCovered(host: string, covered: ReadonlySet<string>): boolean {
  return covered.has(host) || covered.has(host.replace(/^[^.]+/, '*'));
}
