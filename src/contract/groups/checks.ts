import { z } from 'zod';
import { failure } from '../../model/failures.ts';
import { processTypeProblem } from '../../model/procfile.ts';
import { app, checked, optionalWord, readBy } from '../field.ts';
import { operation } from '../operation.ts';
import { listing, step } from '../print.ts';
import { numberProblem, propertySetter } from '../property.ts';
import { reporter } from '../report.ts';

/** Process types, `web,worker`. */
function readTypes(word: string): readonly string[] {
  const types = word.split(',');
  const problem = types.map((type) => processTypeProblem(type)).find((found) => found !== undefined);
  if (problem !== undefined) throw failure('E_INPUT', problem);
  return types;
}

const types = optionalWord(readBy(readTypes), {
  help: 'process types, separated by commas; all without it',
  placeholder: 'TYPE,...',
  completes: 'process-type',
});

const seconds = { least: 0, most: 3600 };

/** The types that have another mode than `enabled`; `_all_` for all that are not named. */
const modes = z.object({ disabled: z.array(z.string()).readonly(), skipped: z.array(z.string()).readonly() });

/** The row of one of the three modes. */
function modeRow(options: {
  readonly summary: string;
  readonly description: string;
  readonly name: string;
  readonly are: string;
}) {
  const { summary, description, name, are } = options;
  return operation({
    summary,
    description,
    examples: [`${name} shop worker`, `${name} shop web,worker`, `${name} shop`],
    right: 'app:config',
    mutates: true,
    input: { app: app(), types },
    output: modes,
    subject: ({ types: named }) => named?.join(',') ?? '',
    show: (_output, { input }) => [
      step(
        `Checks of ${input.types?.join(', ') ?? 'all processes'} of ${input.app} are ${are}, from the next release on`,
      ),
    ],
  });
}

export const checks = {
  'checks:enable': modeRow({
    name: 'checks:enable',
    are: 'enabled',
    summary: 'Start new processes beside the old ones and check them, as is usual',
    description: 'Takes back checks:disable and checks:skip, from the next release on.',
  }),
  'checks:disable': modeRow({
    name: 'checks:disable',
    are: 'disabled',
    summary: 'End the old processes before new ones start: never two at once, with a pause',
    description:
      'From the next release on. The new ones are still checked: where they fail, those of the release before start again.',
  }),
  'checks:skip': modeRow({
    name: 'checks:skip',
    are: 'skipped',
    summary: 'Send requests to new processes as soon as they run, without a check',
    description: 'From the next release on.',
  }),
  'checks:report': reporter({
    summary: 'Report how the processes of one app or of all prove that they are healthy',
    description: 'Checks are declared in app.json.',
    examples: ['checks:report shop', 'checks:report --format json', 'checks:report --global'],
    aliases: ['checks'],
  }),
  'checks:set': propertySetter({
    summary: 'Set how long the old processes of a deploy are kept for what is still open to them',
    right: 'app:config',
    examples: [
      'checks:set shop wait-to-retire 120',
      'checks:set shop websocket-timeout 3600',
      'checks:set --global wait-to-retire 30',
      'checks:set shop wait-to-retire',
    ],
    properties: {
      'wait-to-retire': {
        help: 'seconds for requests and long polls to be answered, and for answers under way to end, downloads and event streams among them; 60 without it',
        problem: numberProblem('wait-to-retire', seconds),
      },
      'websocket-timeout': {
        help: 'seconds until WebSockets and other upgraded connections are closed; 30 without it',
        problem: numberProblem('websocket-timeout', seconds),
      },
    },
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
