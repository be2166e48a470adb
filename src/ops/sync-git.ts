import { parseRepository, shownRepository } from '../model/repository-address.ts';
import { deployBranchOf } from './app-settings.ts';
import { deploy } from './deploy.ts';
import { receive } from './deploy-source.ts';
import { appOf, type Call, type Deps, type FetchedRepository } from './deps.ts';
import { draftFromTree } from './draft.ts';
import { credentialFor } from './git-remotes.ts';
import type { Handler } from './handler.ts';

/** The app's own repository follows once the commit is live, so that later pushes go on from there. */
export const syncGit: Handler<'git:sync'> = async (deps, call, { repository, ref, build }) => {
  const app = appOf(call);
  call.out.step(`Fetching ${shownRepository(repository)}`);
  const address = parseRepository(repository);
  const credential = address && credentialFor(deps, address);
  const fetched = await deps.doors.fetchRepository(repository, { ref, credential, signal: call.signal });
  try {
    const branch = deployBranchOf(deps, app) ?? fetched.branch;
    const before = await deps.doors.branchHead(app.name, branch);
    const nothing = { release: null, replaced: null, urls: [], changed: before !== fetched.commit };
    const done = build ? await deployFetched(deps, call, { fetched, branch }) : nothing;
    await fetched.keep(app.name, branch);
    call.out.detail(`${branch} of ${app.name} is at ${fetched.commit.slice(0, 7)}`);
    return done;
  } finally {
    await fetched.remove();
  }
};

async function deployFetched(
  deps: Deps,
  call: Call,
  { fetched, branch }: { readonly fetched: FetchedRepository; readonly branch: string },
) {
  const { commit } = fetched;
  const short = commit.slice(0, 7);
  const draft = draftFromTree(deps, {
    tree: async (work) => ({
      ...(await receive(deps, work, { archive: fetched.archive(), type: 'tar', strip: false })),
      revision: commit,
    }),
    description: `Deploy ${short}`,
  });
  const order = {
    kind: 'git',
    subject: short,
    draft,
    commit: () => deps.store.apps.set(appOf(call).id, { deployBranch: branch }),
  } as const;
  return { ...(await deploy(deps, call, order)), changed: true };
}
