import { z } from 'zod';
import type { Line } from '../../model/line.ts';
import { parseRepository, shownRepository } from '../../model/repository-address.ts';
import { app, checked, flag, optionalWord, word } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { out, step } from '../print.ts';
import { branchProblem, imageProblem } from './git.ts';

const gitStatus = z.object({
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  live: z.object({ release: z.number().int(), revision: z.string().nullable() }).nullable(),
});

function statusLines({ branch, commit, live }: z.infer<typeof gitStatus>): readonly Line[] {
  const pushed = branch === null ? 'No branch was pushed yet' : `${branch} is at ${commit ?? 'no commit'}`;
  if (live === null) return [out(pushed), out('Nothing is live')];
  const of = live.revision === null ? '' : ` of ${live.revision}`;
  return [out(pushed), out(`Live is v${live.release}${of}`)];
}

function repositoryProblem(address: string): string | undefined {
  return parseRepository(address)
    ? undefined
    : 'The repository is an address such as https://example.com/shop.git or git@example.com:shop.git';
}

export const gitSources = {
  'git:initialize': operation({
    summary: 'Make the empty repository of an app, as its first push would',
    examples: ['git:initialize shop'],
    right: 'app:deploy',
    mutates: true,
    input: { app: app() },
    output: z.object({ repository: z.string() }),
    show: (_output, { input }) => [step(`The repository of ${input.app} is there`)],
  }),
  'git:status': operation({
    summary: 'Tell at which commit the deploy branch of an app is, and which one is live',
    examples: ['git:status shop', 'git:status shop --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: gitStatus,
    listing: 'list',
    show: statusLines,
  }),
  'git:sync': operation({
    summary:
      'Fetch a branch, tag or commit of a repository elsewhere into the app, and deploy it with --build',
    description:
      'Without REF: the default branch there. The deploy branch of the app is then at that commit. Addresses are https, http, ssh and git, of the public internet unless the server allows others.',
    examples: [
      'git:sync --build shop https://example.com/shop.git',
      'git:sync shop https://example.com/shop.git v2',
    ],
    right: 'app:deploy',
    mutates: true,
    input: {
      app: app(),
      repository: word(checked(repositoryProblem), { help: 'its address', placeholder: 'REPO' }),
      ref: optionalWord(checked(branchProblem), { help: 'branch, tag or commit', placeholder: 'REF' }),
      build: flag({ help: 'deploy it' }),
    },
    output: deployed,
    subject: ({ repository, ref }) => [shownRepository(repository), ...(ref === null ? [] : [ref])].join(' '),
    show: showDeployed,
  }),
  'git:load-image': operation({
    summary: 'Deploy an image from an archive of docker save',
    description:
      'The archive comes on standard input. Every name in it is given to its image on this server, so only administrators may do it.',
    examples: ['git:load-image shop shop:1.0 < image.tar'],
    right: 'server:admin',
    mutates: true,
    stdin: true,
    input: {
      app: app(),
      image: word(checked(imageProblem), { help: 'its name in the archive', placeholder: 'IMAGE' }),
    },
    output: deployed,
    show: showDeployed,
  }),
};
