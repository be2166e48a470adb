import type { Readable } from 'node:stream';
import { failure } from '../model/failures.ts';
import { shownAddress } from '../model/shown-address.ts';
import type { SourceTree } from '../builder/builder.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { DeployWork } from './deploy-work.ts';
import { draftFromImage, draftFromTree } from './draft.ts';
import type { Handler } from './handler.ts';

/** What a push brought, as the pre-receive hook sends it. */
export const deployPush: Handler<'git:receive'> = async (deps, call, { commit, branch, before }) => {
  const app = appOf(call);
  await refuseOvertaken(deps, app.name, { branch, before });
  const short = commit.slice(0, 7);
  const draft = draftFromTree(deps, {
    tree: async (work) => ({
      ...(await receive(deps, work, { archive: pipedIn(call), type: 'tar', strip: false })),
      revision: commit,
    }),
    description: `Deploy ${short}`,
  });
  const commitBranch = () => {
    if (app.deployBranch === null) deps.store.apps.set(app.id, { deployBranch: branch });
  };
  call.out.step(`Deploying ${branch} (${short}) to ${app.name}`);
  return {
    ...(await deploy(deps, call, { kind: 'git', subject: short, draft, commit: commitBranch })),
    changed: true,
  };
};

/** A push that waited for its turn while another moved the branch: git would refuse it after the deploy. */
async function refuseOvertaken(
  deps: Deps,
  app: string,
  push: { branch: string; before: string | null },
): Promise<void> {
  if (push.before === null) return;
  const head = (await deps.doors.branchHead(app, push.branch)) ?? '0'.repeat(push.before.length);
  if (head === push.before) return;
  throw failure('E_BUSY', `Another push moved ${push.branch} of ${app} meanwhile`, {
    hint: 'git pull, then push again',
  });
}

export const deployArchive: Handler<'git:from-archive'> = async (deps, call, { source, archiveType }) => {
  const piped = source === '--';
  const type = archiveType ?? 'tar';
  const subject = shownAddress(source);
  const open = (work: DeployWork) => (piped ? pipedIn(call) : deps.sources.download(source, work.signal));
  const draft = draftFromTree(deps, {
    tree: async (work) => receive(deps, work, { archive: await open(work), type, strip: true }),
    description: `Deploy ${subject}`,
  });
  call.out.step(`Fetching ${subject}`);
  return { ...(await deploy(deps, call, { kind: 'archive', subject, draft })), changed: true };
};

export const deployImage: Handler<'git:from-image'> = async (deps, call, { image }) => {
  const draft = draftFromImage(deps, { image, description: `Deploy ${image}` });
  return { ...(await deploy(deps, call, { kind: 'image', subject: image, draft })), changed: true };
};

/** An image that is piped in as `docker save` wrote it. */
export const loadImage: Handler<'git:load-image'> = async (deps, call, { image }) => {
  const fetch = ({ signal }: DeployWork) => deps.images.load(pipedIn(call), image, signal);
  const draft = draftFromImage(deps, { image, description: `Deploy ${image}`, fetch });
  return { ...(await deploy(deps, call, { kind: 'image', subject: image, draft })), changed: true };
};

export interface Archive {
  readonly archive: Readable;
  readonly type: 'tar' | 'tar.gz' | 'zip';
  readonly strip: boolean;
}

/** Takes an archive as the source of a deploy, until that fails. */
export async function receive(
  deps: Deps,
  { deploy: { id }, undo, signal }: DeployWork,
  { archive, type, strip }: Archive,
): Promise<SourceTree> {
  undo.push('remove the source', () => deps.sources.remove(id));
  return deps.sources.receive(id, archive, { type, strip, signal });
}

function pipedIn(call: Call): Readable {
  if (!call.stdin)
    throw failure('E_INPUT', 'Nothing is piped in', { hint: 'pipe the archive in: ... < archive.tar' });
  return call.stdin;
}
