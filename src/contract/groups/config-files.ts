import { z } from 'zod';
import { bundleConfig } from '../../model/config-bundle.ts';
import { exportFormats, importFormats, writeConfig } from '../../model/config-format.ts';
import { app, appOrGlobal, flag, option, stdin } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { header, listing, out, shortTime } from '../print.ts';
import { valuesText } from './release-changes.ts';

const noRestart = flag({ help: 'keep it for the next release, do not restart the processes' });

const configVersion = z.object({
  version: z.number().int(),
  at: z.iso.datetime(),
  by: z.string(),
  description: z.string(),
  changes: z
    .array(
      z.object({
        name: z.string(),
        change: z.enum(['added', 'changed', 'removed']),
        /** Null: not there, or not asked for. */
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    )
    .readonly(),
});

export type ConfigVersion = z.infer<typeof configVersion>;

export const configFiles = {
  'config:export': operation({
    summary: 'Print the config variables in a form that programs read',
    description: `The form is one of: ${exportFormats.join(', ')}.`,
    examples: ['config:export shop', 'config:export --format envfile --merged shop'],
    right: 'app:config',
    mutates: false,
    input: {
      app: appOrGlobal(),
      format: option(z.enum(exportFormats, { error: `The format is one of: ${exportFormats.join(', ')}` }), {
        help: 'exports (the default) or another form',
        placeholder: 'FORMAT',
        choices: exportFormats,
      }),
      merged: flag({ help: 'with the global variables' }),
    },
    output: z.record(z.string(), z.string()),
    show: (values, { input }) =>
      Object.keys(values).length === 0 ? [] : [out(writeConfig(values, input.format ?? 'exports'))],
  }),
  'config:import': operation({
    summary: 'Set config variables from a file and restart with them',
    description:
      'The text comes on standard input, or from a FILE that is named after APP and read where the command is typed.\nThe format envfile also reads what config:export prints by default.',
    examples: ['config:import shop < .env', 'config:import --replace --format json shop < config.json'],
    right: 'app:config',
    mutates: true,
    input: {
      app: appOrGlobal(),
      replace: flag({ help: 'remove all variables that are not in the file' }),
      noRestart,
      format: option(z.enum(importFormats, { error: `The format is one of: ${importFormats.join(', ')}` }), {
        help: 'envfile (the default) or json',
        placeholder: 'FORMAT',
        choices: importFormats,
      }),
      text: stdin({ help: 'the variables' }),
    },
    output: deployed,
    show: showDeployed,
  }),
  'config:bundle': operation({
    summary: 'Write the config variables to standard output as a tar with a file for each',
    examples: ['config:bundle shop', 'config:bundle --merged shop'],
    right: 'app:config',
    mutates: false,
    input: { app: appOrGlobal(), merged: flag({ help: 'with the global variables' }) },
    output: z.record(z.string(), z.string()),
    show: (values) => [out(bundleConfig(values))],
  }),
  'config:clear': operation({
    summary: 'Remove all config variables and restart without them',
    examples: ['config:clear shop', 'config:clear --no-restart shop'],
    right: 'app:config',
    mutates: true,
    input: { app: appOrGlobal(), noRestart },
    output: deployed,
    show: showDeployed,
  }),
  'config:history': operation({
    summary: 'List which config variables changed with which release, newest first',
    description: 'The values are hidden unless --show is given.',
    examples: ['config:history shop', 'config:history --show shop'],
    right: 'app:config',
    mutates: false,
    input: { app: app(), show: flag({ help: 'print the values too' }) },
    output: z.array(configVersion).readonly(),
    listing: 'list',
    show: (versions, { input }) => [
      header(`${input.app} config history`),
      ...listing(
        versions.flatMap(({ version, at, by, changes }) =>
          changes.map(({ name, change, before, after }) => [
            `v${version}`,
            shortTime(at),
            by,
            change,
            name,
            valuesText(before, after),
          ]),
        ),
      ),
    ],
  }),
};
