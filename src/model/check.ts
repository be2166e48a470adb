/** How a process proves that it is healthy before traffic goes to it. All times in milliseconds. */
export interface Check {
  readonly probe: Probe;
  /** Wait before the first try. */
  readonly initialDelay: number;
  /** Longest time for one try. */
  readonly timeout: number;
  /** Tries are repeated, from 20 ms pause up, until one succeeds or this time since the start of the process is over. */
  readonly window: number;
  /** A failure only warns. */
  readonly warnOnly: boolean;
}

export type Probe =
  | HttpProbe
  | { readonly kind: 'listening'; readonly port: number | null }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** Healthy when the process stayed up this long. */
  | { readonly kind: 'uptime'; readonly milliseconds: number };

export interface HttpProbe {
  readonly kind: 'http';
  readonly path: string;
  /** Null: the port of the process. */
  readonly port: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Lowest status that is not healthy: 500 for the default check, 400 for one of app.json. */
  readonly below: number;
  /** Text that the body must contain. */
  readonly content: string | null;
}

const second = 1000;

/** The check of a process type that app.json says nothing of. */
export function defaultCheck(type: string): Check {
  const common = { initialDelay: 0, timeout: 5 * second, window: 60 * second, warnOnly: false };
  if (type !== 'web') return { ...common, probe: { kind: 'uptime', milliseconds: 2 * second } };
  return {
    ...common,
    probe: { kind: 'http', path: '/', port: null, headers: {}, below: 500, content: null },
  };
}
