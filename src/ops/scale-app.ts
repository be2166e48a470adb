import { own } from '../base/own.ts';
import { changeFormation, changeRelease, type Wishes } from '../model/plan-release.ts';
import { setWishes, wishesOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { settledFor } from './pending-settings.ts';

export const scaleApp: Handler<'ps:scale'> = async (deps, call, input) => {
  const asked: Wishes = Object.fromEntries(input.formation.map(({ type, count }) => [type, { count }]));
  const nothing = { release: null, replaced: null, urls: [], changed: false };
  if (Object.keys(asked).length === 0) return { ...nothing, formation: formationOf(deps, call) };
  const done = await scale(deps, call, { asked, skip: input.skipDeploy });
  return { ...nothing, ...done, formation: formationOf(deps, call) };
};

async function scale(deps: Deps, call: Call, { asked, skip }: { asked: Wishes; skip: boolean }) {
  const app = appOf(call);
  const current = currentReleaseOf(deps, app);
  const store = () => setWishes(deps, app, asked);
  if (!current || skip) {
    store();
    return { changed: true };
  }
  const settled = settledFor(deps, app, current);
  const formation = changeFormation(settled.formation, asked);
  const words = Object.entries(asked).map(([type, { count }]) => `${type}=${count}`);
  for (const word of words) call.out.step(`Scaling ${word.replace('=', ' to ')}`);
  const same = Object.entries(asked).every(
    ([type, { count }]) => own(current.formation, type)?.count === count,
  );
  if (same && !app.stopped) {
    // What runs is as asked, but what was kept for the next deploy or declared in app.json may say otherwise.
    store();
    return { changed: false };
  }
  const description = `Scale ${words.join(' ')}`;
  const draft = async () => changeRelease(current, { ...settled, formation, description });
  return {
    ...(await deploy(deps, call, { kind: 'scale', subject: description, draft, commit: store })),
    changed: true,
  };
}

/** What runs, or will with the first deploy. */
function formationOf(deps: Deps, call: Call): readonly { type: string; count: number }[] {
  const app = appOf(call);
  const wishes = Object.entries(wishesOf(deps, app)).flatMap(([type, { count }]) =>
    count === undefined ? [] : [[type, count] as const],
  );
  const live = Object.entries(currentReleaseOf(deps, app)?.formation ?? {}).map(
    ([type, { count }]) => [type, count] as const,
  );
  return Object.entries(Object.fromEntries([...live, ...wishes])).map(([type, count]) => ({ type, count }));
}
