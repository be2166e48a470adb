import { z } from 'zod';
import { processTypeProblem } from '../../model/procfile.ts';
import { restartPolicyProblem } from '../../model/restart-policy.ts';
import { parseScale } from '../../model/scale-words.ts';
import { app, checked, flag, optionalApp, optionalWord, readBy, rest } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { out, step } from '../print.ts';
import { numberProblem, pathProblem, propertySetter } from '../property.ts';
import { reporter } from '../report.ts';

/** One `TYPE=N`. */
function readScale(word: string): { readonly type: string; readonly count: number } {
  const [[type, count] = ['', 0]] = Object.entries(parseScale([word]));
  return { type, count };
}

/** One line, as in a Procfile. */
function startCommandProblem(value: string): string | undefined {
  const fine = value.length <= 4096 && !/[\p{Cc}]/u.test(value) && value.trim() !== '';
  return fine ? undefined : 'start-cmd is one line';
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
  'ps:report': reporter({
    summary: 'Report on the processes of one app or of all',
    examples: ['ps:report shop', 'ps:report shop --running', 'ps:report --format json'],
    aliases: ['ps'],
  }),
  'ps:inspect': operation({
    summary: 'Show what the engine knows of the processes of an app, as JSON',
    description: 'The values of environment variables are left out: config:show has them.',
    examples: ['ps:inspect shop'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.array(z.record(z.string(), z.unknown())).readonly(),
    show: (found) => JSON.stringify(found, null, 2).split('\n').map(out),
  }),
  'ps:set': propertySetter({
    summary: 'Set how the processes of an app are run',
    right: 'app:config',
    examples: [
      'ps:set shop stop-timeout-seconds 60',
      'ps:set shop stop-timeout-seconds',
      'ps:set shop restart-policy on-failure:10',
      'ps:set shop procfile-path deploy/Procfile',
    ],
    properties: {
      'stop-timeout-seconds': {
        help: 'seconds from SIGTERM to SIGKILL, from the next release on',
        problem: numberProblem('stop-timeout-seconds', { least: 1, most: 3600 }),
      },
      'restart-policy': {
        help: 'when a process that ended is started again, from the next release on: always, unless-stopped (the default), on-failure, on-failure:TIMES or no',
        problem: restartPolicyProblem,
      },
      'procfile-path': {
        help: 'where the Procfile is in the source, from the next build on; Procfile without it',
        problem: pathProblem('procfile-path', { kind: 'file', example: 'deploy/Procfile' }),
      },
      'start-cmd': {
        help: 'what web runs where there is no Procfile, from the next build on; without it the command of the image',
        problem: startCommandProblem,
      },
    },
  }),
};
