/** What a backend has counted since its worker began. */
export interface BackendCounters {
  /** Requests that ended with a status, whatever it was. */
  readonly answered: number;
  /** Of these, with a status of 500 and above: the app's own or one of HAProxy's. */
  readonly failed: number;
  /** For want of a connection to a server; they are in `failed` too. */
  readonly unreached: number;
  /** Answers that a server broke off in the middle of the body; HAProxy has counted them by their status of before. */
  readonly broken: number;
}

export const noCounters: BackendCounters = { answered: 0, failed: 0, unreached: 0, broken: 0 };

/**
 * From the CSV of `show stat`, the rows of whole backends. Not `eresp`: with 3.0 each further try of one request counts.
 * Source: management guide of HAProxy, 9.1 "CSV format".
 */
export function parseCounters(text: string): ReadonlyMap<string, BackendCounters> {
  const [head = '', ...rows] = text.split('\n').filter((line) => line !== '');
  const names = head.replace('# ', '').split(',');
  const backends = new Map<string, BackendCounters>();
  for (const row of rows) {
    const values = row.split(',');
    const at = (name: string) => Number(values[names.indexOf(name)] ?? 0);
    const [backend = '', server] = values;
    if (server !== 'BACKEND') continue;
    const classes = ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx'].map(at);
    backends.set(backend, {
      answered: classes.reduce((sum, count) => sum + count, 0),
      failed: at('hrsp_5xx'),
      unreached: at('econ'),
      broken: at('srv_abrt'),
    });
  }
  return backends;
}
