import { failure } from '../model/failures.ts';
import { currentRelease } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf } from './deps.ts';
import { draftFromImage, draftFromTree } from './draft.ts';
import type { Handler } from './handler.ts';
import { sourceDeployOf } from './source-deploys.ts';

/** Builds the source of the current release again: the one that is kept with the deploy that brought it. */
export const rebuildApp: Handler<'ps:rebuild'> = async (deps, call) => {
  const app = appOf(call);
  currentRelease(deps, app);
  const source = sourceDeployOf(deps, app);
  const tree = source && (await deps.sources.find(source.id));
  if (source?.kind === 'image') {
    const order = {
      kind: 'rebuild',
      subject: source.subject,
      draft: draftFromImage(deps, { image: source.subject, description: `Fetch ${source.subject} again` }),
    } as const;
    return { ...(await deploy(deps, call, order)), changed: true };
  }
  if (!tree)
    throw failure('E_NOT_FOUND', `The source of ${app.name} is not kept`, {
      hint: 'push it again: git push slipway main',
    });
  const draft = draftFromTree(deps, { tree: async () => tree, description: `Rebuild ${source.subject}` });
  return {
    ...(await deploy(deps, call, { kind: 'rebuild', subject: source.subject, draft })),
    changed: true,
  };
};
