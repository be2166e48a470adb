import type { Readable } from 'node:stream';
import { retryUntil } from '../base/retry.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { shownAddress } from '../model/shown-address.ts';
import type { SourceTree } from '../builder/builder.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { DeployWork } from './deploy-work.ts';
import { draftFromImage, draftFromTree } from './draft.ts';
import type { Handler } from './handler.ts';

/** What a push brought, as the pre-receive hook sends it. */
export const deployPush: Handler<'git:receive'> = async (deps, call, input) => {
  const { commit, branch, before, rebuild } = input;
  const app = appOf(call);
  await refuseOvertaken(deps, app, { branch, before });
  const short = commit.slice(0, 7);
  const draft = draftFromTree(deps, {
    tree: async (work) => ({
      ...(await receive(deps, work, { archive: pipedIn(call), type: 'tar', strip: false })),
      revision: commit,
    }),
    description: `Deploy ${short}`,
    onlyIfChanged: !rebuild,
  });
  const commitBranch = () => {
    if (app.deployBranch === null) deps.store.apps.set(app.id, { deployBranch: branch });
  };
  call.out.step(`Deploying ${branch} (${short}) to ${app.name}`);
  const deployed = await deploy(deps, call, { kind: 'git', subject: short, draft, commit: commitBranch });
  return { ...deployed, changed: deployed.release !== null };
};

interface PushedBranch {
  readonly branch: string;
  /** Where the branch was when the push began; null: not told. */
  readonly before: string | null;
}

/** A push that waited for its turn while another moved the branch: git would refuse it after the deploy. */
async function refuseOvertaken(deps: Deps, app: App, { branch, before }: PushedBranch): Promise<void> {
  if (before === null) return;
  const none = '0'.repeat(before.length);
  const stays = async () => ((await deps.doors.branchHead(app.name, branch)) ?? none) === before;
  const moved = async () => ((await stays()) ? undefined : true);
  // git moves the branch some milliseconds after the deploy before this one has ended.
  const patience = { firstPause: 10, maxPause: 100, timeout: gitPatience };
  const isOvertaken = justPushed(deps, app, before) ? await retryUntil(moved, patience) : await moved();
  if (!isOvertaken) return;
  throw failure('E_BUSY', `Another push moved ${branch} of ${app.name} meanwhile`, {
    hint: 'git pull, then push again',
  });
}

/** Milliseconds that git may take to move a branch, and to have moved it for sure. */
const gitPatience = 2000;
const gitDone = 10_000;

/** Whether a push of another commit than `before` was deployed a moment ago. */
function justPushed(deps: Deps, app: App, before: string): boolean {
  const [last] = deps.store.deploys
    .list(app, recent)
    .filter(({ kind, state }) => kind === 'git' && state === 'succeeded');
  if (!last || last.finishedAt === null || before.startsWith(last.subject)) return false;
  return deps.clock.now() - last.finishedAt < gitDone;
}

/** Deploys among which the last push is looked for: the one that asks is the newest. */
const recent = 5;

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

/** What is piped into an operation. Throws E_INPUT where nothing is. */
export function pipedIn(call: Call): Readable {
  if (!call.stdin)
    throw failure('E_INPUT', 'Nothing is piped in', { hint: 'pipe the archive in: ... < archive.tar' });
  return call.stdin;
}
