import { z } from 'zod';
import { roles } from '../../model/access.ts';
import { keyNameProblem } from '../../model/ssh-key.ts';
import { app, checked, optionalApp, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, listing, step } from '../print.ts';

const key = word(checked(keyNameProblem), {
  help: 'what the key is called in ssh-keys:list',
  placeholder: 'KEY',
  completes: 'ssh-key',
});

const accessItem = z.object({
  key: z.string(),
  role: z.enum(roles),
  /** Null: all apps, and the server. */
  apps: z.array(z.string()).readonly().nullable(),
});

export type AccessItem = z.infer<typeof accessItem>;

export const access = {
  'access:add': operation({
    summary: 'Let a key with the role deployer work on an app',
    description:
      'It may then push, fetch, deploy and configure that app and read its logs; it may not make or destroy apps, nor see the others.',
    examples: ['access:add shop dora'],
    right: 'server:admin',
    mutates: true,
    besideLane: true,
    input: { app: app(), key },
    output: z.object({ changed: z.boolean() }),
    show: ({ changed }, { input: { app, key } }) => [
      changed ? step(`${key} may work on ${app}`) : detail('Nothing changed'),
    ],
  }),
  'access:remove': operation({
    summary: 'Let a key with the role deployer work on an app no longer',
    description: 'From its next command on; what the key has started goes on.',
    examples: ['access:remove shop dora'],
    right: 'server:admin',
    mutates: true,
    besideLane: true,
    input: { app: app(), key },
    output: z.object({ changed: z.boolean() }),
    show: (_output, { input: { app, key } }) => [step(`${key} may not work on ${app} any more`)],
  }),
  'access:list': operation({
    summary: 'Show which key may work on which apps',
    examples: ['access:list', 'access:list shop', 'access:list --format json'],
    right: 'server:admin',
    mutates: false,
    input: { app: optionalApp() },
    output: z.array(accessItem).readonly(),
    listing: 'list',
    aliases: ['access'],
    show: (items) =>
      listing(items.map(({ key, role, apps }) => [key, role, apps?.join(' ') ?? 'all apps and the server'])),
  }),
};
