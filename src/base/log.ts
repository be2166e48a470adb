import { pino, type Logger } from 'pino';

export type Log = Logger;

/** The structured log of a program: one JSON line an entry on stdout, times in ISO form. */
export function openLog(name: string, level = 'info'): Log {
  return pino(
    { name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 1, sync: true }),
  );
}
