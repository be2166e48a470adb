import { z } from 'zod';
import { configKeyProblem, parsePair } from '../../model/config-key.ts';
import { showLines, singleQuoted } from '../../model/config-text.ts';
import { appOrGlobal, checked, flag, readBy, rest, word } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { header, out } from '../print.ts';

const key = checked(configKeyProblem);

const noRestart = flag({ help: 'keep it for the next release, do not restart the processes' });

export const config = {
  'config:set': operation({
    summary: 'Set config variables and restart with them',
    description:
      'The values become a new release; setting what is set already changes nothing. If the restart fails, the release before stays live and the exit status is 1.',
    examples: [
      'config:set shop GREETING=hello',
      'config:set --no-restart shop A=1 B=2',
      'config:set --global TZ=UTC',
    ],
    right: 'app:config',
    mutates: true,
    input: {
      app: appOrGlobal(),
      pairs: rest(readBy(parsePair), { help: 'what to set', placeholder: 'KEY=VALUE', completes: 'key' }),
      noRestart,
      encoded: flag({ help: 'the values are base64' }),
      show: flag({ help: 'print the values, not only the keys' }),
    },
    output: deployed,
    subject: ({ pairs }) => pairs.map(({ key }) => key).join(' '),
    show: showDeployed,
  }),
  'config:unset': operation({
    summary: 'Remove config variables and restart without them',
    examples: ['config:unset shop GREETING', 'config:unset --no-restart shop A B'],
    right: 'app:config',
    mutates: true,
    input: {
      app: appOrGlobal(),
      keys: rest(key, { help: 'what to remove', placeholder: 'KEY', completes: 'key' }),
      noRestart,
    },
    output: deployed,
    show: showDeployed,
  }),
  'config:show': operation({
    summary: 'Show the config variables with their values',
    examples: ['config:show shop', 'config:show --merged shop', 'config:show --global --format json'],
    right: 'app:config',
    mutates: false,
    input: { app: appOrGlobal(), merged: flag({ help: 'with the global variables' }) },
    output: z.record(z.string(), z.string()),
    listing: 'list',
    aliases: ['config'],
    show: (values, { input }) => [
      header(input.app === null ? 'global env vars' : `${input.app} env vars`),
      ...showLines(values).map(out),
    ],
  }),
  'config:get': operation({
    summary: 'Print the value of one config variable',
    description: 'Prints nothing and exits with 1 where the key is not set.',
    examples: ['config:get shop GREETING', 'config:get --quoted shop GREETING'],
    right: 'app:config',
    mutates: false,
    input: {
      app: appOrGlobal(),
      key: word(key, { help: 'its name', placeholder: 'KEY', completes: 'key' }),
      quoted: flag({ help: 'in single quotes, as a shell takes it' }),
    },
    output: z.object({ value: z.string().nullable() }),
    exit: ({ value }) => (value === null ? 1 : 0),
    show: ({ value }, { input }) => (value === null ? [] : [out(input.quoted ? singleQuoted(value) : value)]),
  }),
  'config:keys': operation({
    summary: 'List the names of the config variables',
    examples: ['config:keys shop'],
    right: 'app:read',
    mutates: false,
    input: { app: appOrGlobal() },
    output: z.array(z.string()).readonly(),
    listing: 'list',
    show: (keys) => keys.map(out),
  }),
};
