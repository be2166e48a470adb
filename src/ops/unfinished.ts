import { z } from 'zod';
import type { App } from '../model/app.ts';
import { properties } from './app-settings.ts';
import type { Deps } from './deps.ts';

const note = z.discriminatedUnion('kind', [
  /** The app goes, or it is a copy that does not run yet. */
  z.object({ kind: z.literal('removal') }),
  z.object({ kind: z.literal('rename'), from: z.string(), to: z.string() }),
  /** Its processes are of a release that the store, being older, does not know; they run on until its next deploy. */
  z.object({ kind: z.literal('adopted') }),
]);

/** What changes more of an app than one transaction or one deploy can, so that a restart must know of it. */
export type Unfinished = z.infer<typeof note>;

/** Notes it before the first step. Gives what takes the note away: after the last step, or when all was taken back. */
export function noteUnfinished(deps: Pick<Deps, 'store'>, app: App, what: Unfinished): () => void {
  const text = JSON.stringify(what);
  const { store } = deps;
  store.properties.set(app.id, properties.unfinished, text);
  return () => {
    if (store.properties.get(app.id, properties.unfinished) === text)
      store.properties.unset(app.id, properties.unfinished);
  };
}

/** What slipwayd was doing with the app when it ended. */
export function unfinishedOf(deps: Deps, app: App): Unfinished | undefined {
  const text = deps.store.properties.get(app.id, properties.unfinished);
  return text === undefined ? undefined : note.parse(JSON.parse(text));
}

/** Belongs to the transaction that makes a release current: what runs is known again. */
export function forgetAdopted(deps: Deps, app: App): void {
  if (unfinishedOf(deps, app)?.kind === 'adopted') deps.store.properties.unset(app.id, properties.unfinished);
}
