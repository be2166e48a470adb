import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../base/exec.ts';
import { layerScript } from './layer-script.ts';
import { recipeFor, recipeNames, recipes } from './recipes.ts';
import { familiarName, parseReference } from './reference.ts';

test('Every name of a recipe is a familiar name with a tag, and stands for one recipe only.', () => {
  const names = recipeNames();
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.equal(familiarName(parseReference(name)), name);
});

test('An alias is in the repository of its recipe.', () => {
  for (const { name, aliases } of recipes) {
    for (const alias of aliases) assert.equal(alias.split(':')[0], name.split(':')[0]);
  }
});

test('What a recipe builds upon has a recipe before it.', () => {
  for (const [at, { make }] of recipes.entries()) {
    if (make.kind !== 'layer') continue;
    const base = recipeFor(make.base);
    assert.ok(base && recipes.indexOf(base) < at, make.base);
  }
});

test('Names that mean something else have no recipe.', () => {
  for (const name of ['node:22', 'node:latest', 'debian:bookworm', 'team/node:22-slim'])
    assert.equal(recipeFor(name), undefined);
});

test('The script of every layer is right for sh.', async () => {
  for (const { make } of recipes)
    if (make.kind === 'layer') await exec('sh', ['-n', '-c', layerScript(make)]);
});

test('A package of npm is told by the name that the script knows it by.', () => {
  for (const { make } of recipes) {
    if (make.kind !== 'layer') continue;
    for (const { name } of make.npm ?? [])
      assert.ok(layerScript(make).includes(`/slipway/${name}/package`), name);
  }
});
