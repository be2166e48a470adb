import { z } from 'zod';
import { type Role, roles } from '../../model/access.ts';
import { checked, option, optionalWord, stdin, word } from '../field.ts';
import { keyNameProblem } from '../../model/ssh-key.ts';
import { operation } from '../operation.ts';
import { out } from '../print.ts';

function fingerprintProblem(fingerprint: string): string | undefined {
  const fine = /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(fingerprint);
  return fine ? undefined : 'A fingerprint looks like SHA256:... as ssh-keygen -lf prints it';
}

const name = checked(keyNameProblem);

const keyItem = z.object({
  name: z.string(),
  fingerprint: z.string(),
  addedAt: z.iso.datetime(),
  role: z.enum(roles),
});

const role: z.ZodType<Role> = z.enum(roles, { error: `The role is one of: ${roles.join(', ')}` });

export const sshKeys = {
  'ssh-keys:add': operation({
    summary: 'Let a public SSH key in',
    description:
      'The key comes on standard input, or from a FILE that is named after NAME and read where the command is typed. An admin may do everything; a deployer may work on the apps that access:add names.',
    examples: ['ssh-keys:add alice < id_ed25519.pub', 'ssh-keys:add --role deployer dora < dora.pub'],
    right: 'server:admin',
    mutates: true,
    input: {
      name: word(name, { help: 'what the key is called', placeholder: 'NAME' }),
      key: stdin({ help: 'the public key: the text of a .pub file' }),
      role: option(role, { help: 'admin (the default) or deployer', placeholder: 'ROLE', choices: roles }),
    },
    output: keyItem,
    subject: ({ name, role }) => (role === null ? name : `${name} --role ${role}`),
    show: ({ fingerprint }) => [out(fingerprint)],
  }),
  'ssh-keys:list': operation({
    summary: 'List the SSH keys that may come in',
    examples: ['ssh-keys:list', 'ssh-keys:list --format json'],
    right: 'server:admin',
    mutates: false,
    input: {},
    output: z.array(keyItem).readonly(),
    listing: 'list',
    aliases: ['ssh-keys'],
    show: (keys) =>
      keys.map(({ fingerprint, name, role }) => out(`${fingerprint} NAME="${name}" ROLE="${role}"`)),
  }),
  'ssh-keys:remove': operation({
    summary: 'Let an SSH key in no longer',
    examples: [
      'ssh-keys:remove alice',
      'ssh-keys:remove --fingerprint SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
    ],
    right: 'server:admin',
    mutates: true,
    input: {
      name: optionalWord(name, { help: 'what the key is called', placeholder: 'NAME', completes: 'ssh-key' }),
      fingerprint: option(checked(fingerprintProblem), {
        help: 'the key that has it',
        placeholder: 'FINGERPRINT',
      }),
    },
    problem: ({ name, fingerprint }) =>
      (name === null) === (fingerprint === null) ? 'Give either NAME or --fingerprint' : undefined,
    output: z.object({ name: z.string(), fingerprint: z.string() }),
    show: ({ fingerprint, name }) => [out(`Removed ${name} ${fingerprint}`)],
  }),
};
