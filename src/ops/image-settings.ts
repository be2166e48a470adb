import { row } from '../contract/report.ts';
import { type ImageSettings, imageSources } from '../model/image-settings.ts';
import type { Deps } from './deps.ts';
import type { Handler } from './handler.ts';

/** What holds at this moment: what images:set says, over `slipway.env`. */
export function imageSettingsOf({ store, settings }: Pick<Deps, 'store' | 'settings'>): ImageSettings {
  const set = (name: string) => store.properties.get(null, `images.${name}`) ?? null;
  const source = imageSources.find((known) => known === set('source'));
  return { source: source ?? settings.imageSource, mirror: set('mirror'), prefix: set('prefix') };
}

export const reportImages: Handler<'images:report'> = async (deps) => {
  const { source, mirror, prefix } = imageSettingsOf(deps);
  const here = (await deps.images.list()).filter((image) => image.present);
  const rows = [
    row('Images source', deps.store.properties.get(null, 'images.source') ?? null),
    row('Images computed source', source),
    row('Images mirror', mirror),
    row('Images prefix', prefix),
    row('Images registry reachable', await deps.images.reachable()),
    row('Images here', here.length),
  ];
  return [{ app: null, group: 'images', rows }];
};
