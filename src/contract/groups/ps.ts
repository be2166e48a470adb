import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';
import { parseScale } from '../../model/scale-words.ts';
import { app, checked, flag, optionalApp, optionalWord, readBy, rest } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { out, step } from '../print.ts';
import { propertySetter } from '../property.ts';
import { report, showReport } from '../report.ts';

/** One `TYPE=N`. */
function readScale(word: string): { readonly type: string; readonly count: number } {
  const [[type, count] = ['', 0]] = Object.entries(parseScale([word]));
  return { type, count };
}

function secondsProblem(value: string): string | undefined {
  const fine = /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 3600;
  return fine ? undefined : 'stop-timeout-seconds must be a whole number from 1 to 3600';
}

export const ps = {
  'ps:scale': operation({
    summary: 'Set how many processes of each type run, or show it',
    examples: ['ps:scale shop web=2 worker=1', 'ps:scale shop', 'ps:scale --skip-deploy shop web=2'],
    right: 'app:deploy',
    mutates: true,
    input: {
      app: app(),
      formation: rest(readBy(readScale), {
        help: 'how many of which; without it: show',
        placeholder: 'TYPE=N',
        least: 0,
        completes: 'process-type',
      }),
      skipDeploy: flag({ help: 'keep it for the next deploy' }),
    },
    output: deployed.extend({
      formation: z.array(z.object({ type: z.string(), count: z.number().int() })).readonly(),
    }),
    onlyReads: ({ formation }) => formation.length === 0,
    problem: ({ formation }) =>
      new Set(formation.map(({ type }) => type)).size < formation.length
        ? 'A process type is named twice'
        : undefined,
    subject: ({ formation }) => formation.map(({ type, count }) => `${type}=${count}`).join(' '),
    show: (result, { input }) =>
      input.formation.length > 0
        ? showDeployed(result)
        : [
            step(`Scaling for ${input.app}`),
            out('proctype: qty'),
            out('--------: ---'),
            ...result.formation.map(({ type, count }) => out(`${type}: ${count}`)),
          ],
  }),
  'ps:restart': operation({
    summary: 'Replace the processes of an app by fresh ones of the same release',
    examples: ['ps:restart shop', 'ps:restart shop worker'],
    right: 'app:deploy',
    mutates: true,
    input: {
      app: app(),
      type: optionalWord(checked(processTypeProblem), {
        help: 'only this process type',
        placeholder: 'TYPE',
        completes: 'process-type',
      }),
    },
    output: deployed,
    show: showDeployed,
  }),
  'ps:rebuild': operation({
    summary: 'Build the source of the current release again and deploy it',
    examples: ['ps:rebuild shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: deployed,
    show: showDeployed,
  }),
  'ps:stop': operation({
    summary: 'Stop the processes of an app until ps:start or a deploy',
    examples: ['ps:stop shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: z.object({ changed: z.boolean() }),
    show: ({ changed }, { input }) => [
      step(changed ? `Stopped ${input.app}` : `${input.app} is stopped already`),
    ],
  }),
  'ps:start': operation({
    summary: 'Start a stopped app: the release that was live',
    examples: ['ps:start shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: deployed,
    show: showDeployed,
  }),
  'ps:restore': operation({
    summary: 'Start the processes of an app, or of all, that should run and do not',
    examples: ['ps:restore shop', 'ps:restore'],
    right: 'server:admin',
    mutates: true,
    input: { app: optionalApp() },
    output: z.object({ restored: z.array(z.string()).readonly() }),
    show: ({ restored }) => [
      step(restored.length === 0 ? 'Everything runs that should' : `Restored ${restored.join(', ')}`),
    ],
  }),
  'ps:report': operation({
    summary: 'Report on the processes of one app or of all',
    examples: ['ps:report shop', 'ps:report shop --running', 'ps:report --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: optionalApp() },
    output: report,
    listing: 'report',
    aliases: ['ps'],
    show: showReport,
  }),
  'ps:set': propertySetter({
    summary: 'Set how the processes of an app are run',
    right: 'app:config',
    examples: ['ps:set shop stop-timeout-seconds 60', 'ps:set shop stop-timeout-seconds'],
    properties: {
      'stop-timeout-seconds': {
        help: 'seconds from SIGTERM to SIGKILL, from the next release on',
        problem: secondsProblem,
      },
    },
  }),
};
