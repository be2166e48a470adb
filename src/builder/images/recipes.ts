import type { Recipe } from './recipe.ts';
import { caddy } from './recipes/caddy.ts';
import { debian } from './recipes/debian.ts';
import { node } from './recipes/node.ts';
import { python } from './recipes/python.ts';
import { ruby } from './recipes/ruby.ts';

/** All images that can be made here: those of a language in a file of its own. */
export const recipes: readonly Recipe[] = [...debian, ...node, ...caddy, ...python, ...ruby];

/** The recipe for a name as `familiarName` gives it. */
export function recipeFor(name: string): Recipe | undefined {
  return recipes.find((recipe) => recipe.name === name || recipe.aliases.includes(name));
}

/** All names that there is a recipe for. */
export function recipeNames(): string[] {
  return recipes.flatMap((recipe) => [recipe.name, ...recipe.aliases]);
}
