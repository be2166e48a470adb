import { z } from 'zod';
import { app, checked, flag, integer, option } from '../field.ts';
import { operation } from '../operation.ts';

function processProblem(name: string): string | undefined {
  const fine = /^[A-Za-z0-9_-]{1,63}(\.[1-9]\d{0,3})?$/.test(name);
  return fine
    ? undefined
    : `${JSON.stringify(name.slice(0, 80))} is not a process; give TYPE or TYPE.N, such as web.1`;
}

export const logs = {
  logs: operation({
    summary: 'Show what the processes of an app print',
    description: 'A line is TIME app[PROCESS]: TEXT.',
    examples: ['logs shop', 'logs shop -t', 'logs shop -n 50 -p web.1'],
    right: 'app:read',
    mutates: false,
    lasts: true,
    input: {
      app: app(),
      tail: flag({ help: 'go on with new lines until interrupted', short: 't' }),
      num: option(integer(1, 100_000, 'The number of lines'), {
        help: 'how many lines (100)',
        placeholder: 'N',
        short: 'n',
      }),
      ps: option(checked(processProblem), {
        help: 'only this process type, or this one process',
        placeholder: 'TYPE[.N]',
        short: 'p',
        completes: 'process-type',
      }),
    },
    /** The lines are written while it works. */
    output: z.null(),
    show: () => [],
  }),
};
