import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';
import { app, appOrGlobal, checked, optionalApp, optionalWord } from '../field.ts';
import { operation } from '../operation.ts';
import { listing } from '../print.ts';
import { propertySetter } from '../property.ts';
import { report, showReport } from '../report.ts';

function secondsProblem(name: string): (value: string) => string | undefined {
  const isFine = (value: string) => /^\d{1,4}$/.test(value) && Number(value) <= 3600;
  return (value) => (isFine(value) ? undefined : `${name} must be a whole number of seconds up to 3600`);
}

export const checks = {
  'checks:report': operation({
    summary: 'Report how the processes of one app or of all prove that they are healthy',
    description: 'Checks are declared in app.json.',
    examples: ['checks:report shop', 'checks:report --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: optionalApp() },
    output: report,
    listing: 'report',
    aliases: ['checks'],
    show: showReport,
  }),
  'checks:set': propertySetter({
    summary: 'Set how long the old processes of a deploy are kept for what is still open to them',
    right: 'app:config',
    app: appOrGlobal(),
    examples: [
      'checks:set shop wait-to-retire 120',
      'checks:set shop websocket-timeout 3600',
      'checks:set --global wait-to-retire 30',
      'checks:set shop wait-to-retire',
    ],
    properties: {
      'wait-to-retire': {
        help: 'seconds for requests and long polls to be answered, and for answers under way to end, downloads and event streams among them; 60 without it',
        problem: secondsProblem('wait-to-retire'),
      },
      'websocket-timeout': {
        help: 'seconds until WebSockets and other upgraded connections are closed; 30 without it',
        problem: secondsProblem('websocket-timeout'),
      },
    },
  }),
  'checks:run': operation({
    summary: 'Check the processes of an app now, once each',
    description: 'Exits with 1 where one is not healthy or does not run.',
    examples: ['checks:run shop', 'checks:run shop web'],
    right: 'app:deploy',
    mutates: false,
    input: {
      app: app(),
      type: optionalWord(checked(processTypeProblem), {
        help: 'only this process type',
        placeholder: 'TYPE',
        completes: 'process-type',
      }),
    },
    output: z.array(z.object({ process: z.string(), problem: z.string().nullable() })).readonly(),
    listing: 'list',
    exit: (found) => (found.every(({ problem }) => problem === null) ? 0 : 1),
    show: (found) =>
      listing(
        found.map(({ process, problem }) => [
          process,
          problem === null ? 'healthy' : `not healthy: ${problem}`,
        ]),
      ),
  }),
};
