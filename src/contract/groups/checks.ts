import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';
import { app, checked, optionalApp, optionalWord } from '../field.ts';
import { operation } from '../operation.ts';
import { listing } from '../print.ts';
import { report, showReport } from '../report.ts';

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
  'checks:run': operation({
    summary: 'Check the processes of an app now, once each',
    description: 'Exits with 1 where one is not healthy or does not run.',
    examples: ['checks:run shop', 'checks:run shop web'],
    right: 'app:deploy',
    mutates: false,
    lasts: true,
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
