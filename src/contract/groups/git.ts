import { z } from 'zod';
import { configKeyProblem } from '../../model/config-key.ts';
import { shownAddress } from '../../model/shown-address.ts';
import { app, checked, flag, option, word, optionalWord } from '../field.ts';
import { deployed, showDeployed } from '../deployed.ts';
import { operation } from '../operation.ts';
import { out } from '../print.ts';
import { propertySetter } from '../property.ts';
import { reporter } from '../report.ts';

/** What is wrong with the name of a branch: rules of git check-ref-format(1), and nothing that a shell or a path could read otherwise. */
export function branchProblem(name: string): string | undefined {
  const fine =
    /^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/.test(name) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(name);
  return fine ? undefined : `${JSON.stringify(name.slice(0, 80))} is not the name of a branch`;
}

/** What is wrong with the name of an image, as far as its letters tell. */
export function imageProblem(name: string): string | undefined {
  const fine = /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}$/.test(name) && !/\.\.|\/\//.test(name);
  return fine ? undefined : `${JSON.stringify(name.slice(0, 80))} is not the name of an image`;
}

function archiveProblem(source: string): string | undefined {
  if (
    source === '--' ||
    (source.length <= 4096 && /^https?:\/\/[\x21-\x7e]+$/.test(source) && URL.canParse(source))
  )
    return undefined;
  return 'The archive is an http or https address, or -- for standard input';
}

function commitProblem(commit: string): string | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? undefined : 'The commit is not an object id';
}

const archiveTypes = ['tar', 'tar.gz', 'zip'] as const;
const services = ['git-receive-pack', 'git-upload-pack', 'git-upload-archive'] as const;

export const git = {
  'git:set': propertySetter({
    summary: 'Set how pushes to an app are taken',
    right: 'app:config',
    examples: [
      'git:set shop deploy-branch main',
      'git:set shop deploy-branch',
      'git:set --global rev-env-var REVISION',
    ],
    properties: {
      'deploy-branch': {
        help: 'the branch whose push deploys; cleared, the next push chooses it',
        problem: branchProblem,
      },
      'rev-env-var': {
        help: 'the variable that tells processes their commit, from the next release on; GIT_REV without it',
        problem: configKeyProblem,
      },
    },
  }),
  'git:report': reporter({
    summary: 'Report on the git settings of one app or of all',
    examples: ['git:report shop', 'git:report shop --git-deploy-branch', 'git:report --global'],
  }),
  'git:from-image': operation({
    summary: 'Deploy an image instead of a source',
    examples: ['git:from-image shop nginx:1.27'],
    right: 'app:deploy',
    mutates: true,
    input: {
      app: app(),
      image: word(checked(imageProblem), {
        help: 'its name, with tag or digest',
        placeholder: 'IMAGE',
        completes: 'image',
      }),
    },
    output: deployed,
    show: showDeployed,
  }),
  'git:from-archive': operation({
    summary: 'Deploy a source from an archive',
    examples: [
      'git:from-archive shop https://example.com/shop.tar.gz',
      'git:from-archive --archive-type tar shop -- < shop.tar',
    ],
    right: 'app:deploy',
    mutates: true,
    stdin: true,
    input: {
      app: app(),
      source: word(checked(archiveProblem), {
        help: 'where it is; -- reads standard input',
        placeholder: 'URL|--',
        takesDashes: true,
      }),
      archiveType: option(
        z.enum(archiveTypes, { error: `The archive type is one of: ${archiveTypes.join(', ')}` }),
        {
          help: 'tar (the default), tar.gz or zip',
          placeholder: 'TYPE',
          choices: archiveTypes,
        },
      ),
    },
    output: deployed,
    subject: ({ source }) => shownAddress(source),
    show: showDeployed,
  }),
  'git:receive': operation({
    summary: 'Deploy the tree that a push brought; called by the pre-receive hook with a tar stream',
    examples: ['git:receive shop 9fceb02d0ae598e95dc970b74767f19372d61af8 main < tree.tar'],
    right: 'app:deploy',
    mutates: true,
    stdin: true,
    hidden: true,
    input: {
      app: app(),
      commit: word(checked(commitProblem), { help: 'the commit that was pushed', placeholder: 'COMMIT' }),
      branch: word(checked(branchProblem), { help: 'the branch that was pushed', placeholder: 'BRANCH' }),
      before: optionalWord(checked(commitProblem), {
        help: 'the commit that the branch was at when the push began; zeros for none',
        placeholder: 'BEFORE',
      }),
      rebuild: flag({ help: 'also where none of the watched files has changed' }),
    },
    output: deployed,
    subject: ({ commit, branch }) => `${branch} ${commit.slice(0, 7)}`,
    show: showDeployed,
  }),
  'git:authorize': operation({
    summary: 'Let git at the repository of an app, which a first push creates; called by the SSH entry',
    examples: ['git:authorize shop git-receive-pack'],
    right: 'app:deploy',
    mutates: false,
    hidden: true,
    appMayBeMissing: true,
    input: {
      app: app(),
      service: word(z.enum(services, { error: `The service is one of: ${services.join(', ')}` }), {
        help: 'what git asks for',
        placeholder: 'SERVICE',
        choices: services,
      }),
    },
    output: z.object({ repository: z.string(), deployBranch: z.string().nullable(), app: z.string() }),
    show: ({ repository }) => [out(repository)],
  }),
};
