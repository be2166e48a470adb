import { z } from 'zod';
import { parseSize } from '../../model/size.ts';
import { app, checked, flag, integer, option } from '../field.ts';
import { moment, problemOf } from '../moment.ts';
import { operation } from '../operation.ts';
import { detail, header, out } from '../print.ts';
import { propertySetter, switchProblem } from '../property.ts';
import { reporter } from '../report.ts';

function processProblem(name: string): string | undefined {
  const fine = /^[A-Za-z0-9_-]{1,63}(\.[1-9]\d{0,3})?$/.test(name);
  return fine
    ? undefined
    : `${JSON.stringify(name.slice(0, 80))} is not a process; give TYPE or TYPE.N, such as web.1`;
}

function wordsProblem(text: string): string | undefined {
  const fine = text.length <= 1000 && !/\p{Cc}/u.test(text) && text.trim() !== '';
  return fine ? undefined : 'What is looked for is a line of text of at most 1000 letters';
}

function requestProblem(id: string): string | undefined {
  return /^[A-Za-z0-9_-]{8,100}$/.test(id)
    ? undefined
    : `${JSON.stringify(id.slice(0, 80))} is not the id of a request: the app gets it in X-Request-Id`;
}

const leastSize = 64 * 1024;
const mostSize = 10 * 1024 ** 3;

function sizeProblem(value: string): string | undefined {
  const problem = problemOf(parseSize)(value);
  if (problem !== undefined) return problem;
  const bytes = parseSize(value);
  return bytes >= leastSize && bytes <= mostSize ? undefined : 'max-size is from 64k to 10g';
}

const lineCount = (help: string) =>
  option(integer(1, 100_000, 'The number of lines'), { help, placeholder: 'N', short: 'n' });

export const logs = {
  logs: operation({
    summary: 'Show what the processes of an app print, and the requests that were answered',
    description:
      'A line is TIME app[PROCESS]: TEXT, or TIME router: METHOD PATH STATUS. Lines of processes that are gone are among them. A time is 10m, 2h, 1d (ago) or 2026-01-31T12:00:00Z.',
    examples: [
      'logs shop',
      'logs shop -t',
      'logs shop -n 50 -p web.1',
      'logs shop --since 2h --grep refused',
    ],
    right: 'app:read',
    mutates: false,
    lasts: true,
    input: {
      app: app(),
      tail: flag({ help: 'go on with new lines until interrupted', short: 't' }),
      num: lineCount('how many lines (100; with --since or --request 10000)'),
      ps: option(checked(processProblem), {
        help: 'only this process type, or this one process; router for the requests',
        placeholder: 'TYPE[.N]',
        short: 'p',
        completes: 'process-type',
      }),
      since: option(moment, { help: 'only lines from this time on', placeholder: 'TIME' }),
      until: option(moment, { help: 'only lines before this time', placeholder: 'TIME' }),
      grep: option(checked(wordsProblem), {
        help: 'only lines that contain all of these words',
        placeholder: 'WORDS',
      }),
      request: option(checked(requestProblem), {
        help: 'only lines that contain the id of this request',
        placeholder: 'ID',
      }),
    },
    problem: ({ tail, until }) =>
      tail && until !== null ? '--tail goes on, --until ends: give one' : undefined,
    /** The lines are written while it works. */
    output: z.null(),
    show: () => [],
  }),
  'logs:failed': operation({
    summary: 'Show what the processes of the last failed deploy printed',
    description: 'What its build printed is shown by deploys:output.',
    examples: ['logs:failed shop', 'logs:failed shop -n 500'],
    right: 'app:read',
    mutates: false,
    input: { app: app(), num: lineCount('how many lines (100)') },
    output: z.object({
      deploy: z.number(),
      failure: z.object({ code: z.string(), message: z.string() }).nullable(),
      lines: z.array(z.string()).readonly(),
    }),
    listing: 'list',
    show: ({ deploy, failure, lines }, { input }) => [
      header(`Deploy ${deploy} of ${input.app} failed${failure ? `: ${failure.code}` : ''}`),
      ...(failure ? [detail(failure.message)] : []),
      ...(lines.length > 0
        ? lines.map(out)
        : [detail('Its processes printed nothing, or none were started')]),
    ],
  }),
  'logs:set': propertySetter({
    summary: 'Set what is kept of the logs of an app',
    right: 'app:config',
    examples: [
      'logs:set shop max-size 50m',
      'logs:set --global max-size 10m',
      'logs:set shop max-size',
      'logs:set shop router-lines false',
    ],
    properties: {
      'max-size': {
        help: 'what the logs of processes that are gone may take of the disk, for each app; 20m without it',
        problem: sizeProblem,
      },
      'router-lines': {
        help: 'whether the requests that the router answers are among the lines: true without it, or false',
        problem: switchProblem('router-lines'),
      },
    },
  }),
  'logs:report': reporter({
    summary: 'Report how the logs of one app or of all are kept',
    examples: ['logs:report shop', 'logs:report shop --logs-computed-max-size', 'logs:report --global'],
  }),
};
