import { z } from 'zod';
import { Secret } from '../../base/secret.ts';
import { remoteHostProblem } from '../../model/remote-host.ts';
import { checked, optionalWord, readBy, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step } from '../print.ts';

const host = word(checked(remoteHostProblem), {
  help: 'its name, with :PORT where that is not the usual one',
  placeholder: 'HOST',
});

function usernameProblem(name: string): string | undefined {
  return /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,254}$/.test(name)
    ? undefined
    : 'A username has letters, digits and . _ @ + -, no more';
}

export const gitRemotes = {
  'git:auth': operation({
    summary: 'Set how git:sync logs in to a host over https, or forget it',
    description:
      'Without USERNAME the login is forgotten. A password of -- is read from standard input. It is kept sealed, is for every app of this server, and is sent to nobody but this host, over https.',
    examples: [
      'git:auth git.example.com deploy -- < token',
      'git:auth git.example.com deploy TOKEN',
      'git:auth git.example.com',
    ],
    right: 'server:admin',
    mutates: true,
    stdin: true,
    input: {
      host,
      username: optionalWord(checked(usernameProblem), {
        help: 'who logs in; for a token what the host says',
        placeholder: 'USERNAME',
      }),
      password: optionalWord(
        readBy((text) => new Secret(text)),
        {
          help: 'the password or token; -- reads standard input',
          placeholder: 'PASSWORD|--',
          takesDashes: true,
        },
      ),
    },
    problem: ({ username, password }) =>
      (username === null) === (password === null) ? undefined : 'Give USERNAME and PASSWORD, or neither',
    output: z.object({ host: z.string(), known: z.boolean() }),
    subject: ({ host: name, username }) => [name, ...(username === null ? [] : [username])].join(' '),
    show: ({ known }, { input }) => [
      step(known ? `git:sync logs in to ${input.host}` : `git:sync does not log in to ${input.host}`),
    ],
  }),
  'git:allow-host': operation({
    summary: 'Trust the SSH keys that a host has now, for git:sync over ssh',
    description:
      'Compare the fingerprints with those that the host publishes. It is also how a changed key is taken.',
    examples: ['git:allow-host git.example.com', 'git:allow-host git.example.com:2222'],
    right: 'server:admin',
    mutates: true,
    input: { host },
    output: z.object({ fingerprints: z.array(z.string()).readonly() }),
    show: ({ fingerprints }, { input }) => [
      step(`Trusting ${input.host}`),
      ...fingerprints.map((fingerprint) => detail(fingerprint)),
    ],
  }),
  'git:generate-deploy-key': operation({
    summary: 'Make the SSH key that git:sync comes with, and print its public half',
    description: 'There is one for all apps of this server. Add it where the repositories are, for reading.',
    examples: ['git:generate-deploy-key'],
    right: 'server:admin',
    mutates: true,
    input: {},
    output: z.object({ publicKey: z.string() }),
    show: ({ publicKey }) => [out(publicKey)],
  }),
  'git:public-key': operation({
    summary: 'Print the public half of the SSH key that git:sync comes with',
    description: 'Exits with 1 where there is none.',
    examples: ['git:public-key'],
    right: 'server:read',
    mutates: false,
    input: {},
    output: z.object({ publicKey: z.string().nullable() }),
    exit: ({ publicKey }) => (publicKey === null ? 1 : 0),
    show: ({ publicKey }) => (publicKey === null ? [] : [out(publicKey)]),
  }),
};
