import { isAppImage } from '../../model/names.ts';
import { failure } from '../../model/failures.ts';
import type { RegistryAnswer } from './registries.ts';
import { recipeNames } from './recipes.ts';
import { registryCause } from './registry-cause.ts';

/* What people are told about images: why one is made here, or is not to be had. */

/** It holds the code of an app, which not everybody who may deploy another app may see. */
export function refuseAppImage(name: string): void {
  if (isAppImage(name))
    throw failure(
      'E_IMAGE_UNAVAILABLE',
      `${name} is the image of an app, which no other app can be made from`,
      {
        hint: 'slipway apps:clone APP OTHER runs it as another app',
      },
    );
}

export function whyRecipe(name: string, answer: RegistryAnswer | undefined): string {
  if (answer?.kind === 'unreachable') return `No registry answers; building ${name}`;
  if (answer?.kind === 'refused') return `The registry does not give ${name} (${answer.reason}); building it`;
  return `Building ${name}`;
}

export function unavailable(name: string, answer: RegistryAnswer | undefined): Error {
  if (answer?.kind === 'pulled') return failure('E_BUSY', `${name} was removed as soon as it was pulled`);
  const recipes = recipeHint();
  const missing = `${name} is not on this machine, and`;
  if (!answer)
    return failure('E_IMAGE_UNAVAILABLE', `${missing} registries are switched off`, { hint: recipes });
  const cause = registryCause(answer.reason, answer.registry);
  const hint = cause ? `${cause.hint}; ${recipes}` : recipes;
  if (answer.kind === 'refused') {
    const message = `The registry does not give ${name}: ${answer.reason}`;
    return failure(cause?.code ?? 'E_IMAGE_UNAVAILABLE', message, { hint });
  }
  const message = `${missing} no registry answers (${answer.reason})`;
  return failure(cause?.code ?? 'E_REGISTRY_DOWN', message, { hint });
}

export function recipeHint(): string {
  return `these can be made here: ${recipeNames().join(', ')}`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
