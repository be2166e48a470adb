import type { App } from '../model/app.ts';
import type { Deps } from './deps.ts';

/** The networks that the processes of an app join besides its own: of the services that it is linked to now. */
export function joinedNetworks({ store, names }: Pick<Deps, 'store' | 'names'>, app: App): readonly string[] {
  const links = store.links.ofApp(app.id).filter(({ state }) => state !== 'unlinking');
  return links.map((link) => names.service(link));
}
