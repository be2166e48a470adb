import { z } from 'zod';
import { app } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, header, out, step, warning } from '../print.ts';
import { propertySetter, switchProblem } from '../property.ts';
import { reporter } from '../report.ts';

const appItem = z.object({
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** Number of the release that is live, or null before the first deploy. */
  release: z.number().int().nullable(),
  stopped: z.boolean(),
  locked: z.boolean(),
});

export const apps = {
  'apps:create': operation({
    summary: 'Create an app',
    examples: ['apps:create shop'],
    right: 'app:create',
    appMayBeMissing: true,
    mutates: true,
    input: { app: app() },
    output: z.object({ app: z.string(), remote: z.string() }),
    show: ({ app, remote }) => [
      step(`Creating ${app}...`),
      detail(`To deploy it: git remote add slipway ${remote} && git push slipway main`),
    ],
  }),
  'apps:destroy': operation({
    summary: 'Remove an app with its processes, images, config and history',
    description: 'Asks for the name of the app first; --force skips the question.',
    examples: ['apps:destroy shop', 'apps:destroy --force shop'],
    right: 'app:destroy',
    mutates: true,
    input: { app: app() },
    output: z.object({ app: z.string() }),
    confirm: ({ app }) => ({ warning: `This command will destroy app ${app}.`, expect: app }),
    show: ({ app }) => [step(`Destroyed ${app}`)],
  }),
  'apps:list': operation({
    summary: 'List the apps',
    examples: ['apps:list', 'apps:list --format json'],
    right: 'app:read',
    mutates: false,
    input: {},
    output: z.array(appItem).readonly(),
    listing: 'list',
    aliases: ['apps'],
    show: (items) => [header('My Apps'), ...items.map(({ name }) => out(name))],
  }),
  'apps:report': reporter({
    summary: 'Report on one app or on all',
    examples: ['apps:report shop', 'apps:report shop --app-locked', 'apps:report --format json'],
  }),
  'apps:set': propertySetter({
    summary: 'Set how apps come to be',
    right: 'server:admin',
    examples: ['apps:set --global disable-autocreation true', 'apps:set --global disable-autocreation'],
    properties: {
      'disable-autocreation': {
        help: 'a push to an app that is not there is refused, where true',
        only: 'global',
        problem: switchProblem('disable-autocreation'),
      },
    },
  }),
  'apps:exists': operation({
    summary: 'Tell by the exit status whether an app is there',
    examples: ['apps:exists shop'],
    right: 'app:read',
    appMayBeMissing: true,
    mutates: false,
    input: { app: app() },
    output: z.object({ exists: z.boolean() }),
    exit: ({ exists }) => (exists ? 0 : 20),
    show: ({ exists }, { input }) => (exists ? [] : [warning(`App ${input.app} does not exist`)]),
  }),
  'apps:lock': operation({
    summary: 'Make an app refuse deploys',
    examples: ['apps:lock shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: z.object({ locked: z.boolean() }),
    show: () => [step('Deploy lock created')],
  }),
  'apps:unlock': operation({
    summary: 'Let a locked app take deploys again',
    examples: ['apps:unlock shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: z.object({ locked: z.boolean() }),
    show: () => [step('Deploy lock removed')],
  }),
  'apps:locked': operation({
    summary: 'Tell by the exit status whether an app is locked',
    examples: ['apps:locked shop'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.object({ locked: z.boolean() }),
    exit: ({ locked }) => (locked ? 0 : 1),
    show: ({ locked }) => [out(locked ? 'Deploy lock exists' : 'Deploy lock does not exist')],
  }),
};
