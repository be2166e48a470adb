import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labels } from '../../model/names.ts';
import type { LayerRecipe, Recipe } from './recipe.ts';
import { isOfOtherRecipe, recipeFingerprint } from './recipe-fingerprint.ts';
import { recipes } from './recipes.ts';

const make: LayerRecipe = { kind: 'layer', base: 'debian:bookworm-slim', setup: ['true'], config: {} };
const recipe: Recipe = { name: 'x:1', aliases: [], seconds: 9, make };

test('The fingerprint tells all that makes the image, and nothing that does not.', () => {
  const changes: Partial<LayerRecipe>[] = [
    { setup: ['false'] },
    { packages: ['curl'] },
    { npm: [{ spec: 'yarn@1', name: 'yarn' }] },
    { files: [{ path: 'etc/x', text: '' }] },
    { base: 'debian:trixie-slim' },
    { config: { User: '1' } },
  ];
  const all = changes.map((change) => recipeFingerprint({ make: { ...make, ...change } }));
  assert.equal(new Set([...all, recipeFingerprint(recipe)]).size, changes.length + 1);
  assert.equal(recipeFingerprint({ make: { ...make } }), recipeFingerprint(recipe));
  assert.equal(new Set(recipes.map(recipeFingerprint)).size, recipes.length);
});

test('An image of another recipe is known by its label; without one nothing is known.', () => {
  const isOther = (Labels: Record<string, string>) =>
    isOfOtherRecipe({ Id: '', Size: 0, Config: { Labels } }, recipe);
  assert.equal(isOther({ [labels.recipeFingerprint]: recipeFingerprint(recipe) }), false);
  assert.equal(isOther({ [labels.recipeFingerprint]: '0123' }), true);
  assert.equal(isOther({}), false);
});
