import { parseRepository, shownRepository } from '../../model/repository-address.ts';
import { app, checked, flag, optionalWord, word } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { branchProblem, imageProblem } from './git.ts';

function repositoryProblem(address: string): string | undefined {
  return parseRepository(address)
    ? undefined
    : 'The repository is an address such as https://example.com/shop.git or git@example.com:shop.git';
}

export const gitSources = {
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
