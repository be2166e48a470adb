import type { Recipe } from '../recipe.ts';

function recipe(suite: string, release: number): Recipe {
  return {
    name: `debian:${suite}-slim`,
    aliases: [`debian:${release}-slim`],
    seconds: 30,
    make: { kind: 'debian', suite },
  };
}

/** Trixie is for datastores of newer major versions; all else is made from bookworm. */
export const debian: readonly Recipe[] = [recipe('bookworm', 12), recipe('trixie', 13)];
