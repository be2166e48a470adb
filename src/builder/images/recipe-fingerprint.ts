import { createHash } from 'node:crypto';
import { labels } from '../../model/names.ts';
import type { ImageDetails } from '../../tools/docker-images.ts';
import { debianDpkgOptions, debianOverlay } from './debian-overlay.ts';
import { layerScript } from './layer-script.ts';
import type { Recipe } from './recipe.ts';

/** Another one where a recipe would make another image of the same packages; each image that is made carries it. */
export function recipeFingerprint({ make }: Pick<Recipe, 'make'>): string {
  const how = make.kind === 'layer' ? layerScript(make) : [debianOverlay, debianDpkgOptions];
  return createHash('sha256')
    .update(JSON.stringify([make, how]))
    .digest('hex')
    .slice(0, 16);
}

/** Whether an image was made by another recipe than that of now. Of one without a fingerprint it is not known: false. */
export function isOfOtherRecipe(image: ImageDetails, recipe: Recipe): boolean {
  const made = image.Config?.Labels?.[labels.recipeFingerprint];
  return made !== undefined && made !== recipeFingerprint(recipe);
}
