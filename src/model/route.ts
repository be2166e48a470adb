/** The wish: which host names go to which processes. The router makes it true. */
export interface RouteTable {
  readonly routes: readonly AppRoute[];
}

export interface AppRoute {
  readonly app: string;
  /** Lowercase host names, checked by model/domain.ts; `*.` in front stands for one or more labels. */
  readonly hosts: readonly string[];
  /** Empty: the app answers 503 with a page that names it and why. */
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  /** `web.1.d42`: what the process is called in the router. */
  readonly id: string;
  readonly address: string;
  readonly port: number;
}
