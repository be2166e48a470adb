import type { ImageSettings } from '../../model/image-settings.ts';
import { familiarName, parseReference, type Reference } from './reference.ts';

/**
 * The names that an image of docker.io is asked of registries by, in order, where others are set in place of docker.io;
 * none where that is asked itself. A name with a digest means that one image there: no other name can stand for it.
 */
export function otherNames(
  official: Reference,
  { mirror, prefix }: Pick<ImageSettings, 'mirror' | 'prefix'>,
): Reference[] {
  if (official.registry !== 'docker.io' || official.digest !== undefined) return [];
  const { repository, tag } = official;
  const names = [
    prefix === null ? [] : `${prefix}${familiarName(official)}`,
    mirror === null ? [] : `${mirror}/${repository}${tag === undefined ? '' : `:${tag}`}`,
  ];
  return names.flat().map(parseReference);
}
