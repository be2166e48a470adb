import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseBuilder } from './choose-builder.ts';

test('A Dockerfile at the top is built.', () => {
  assert.equal(chooseBuilder({ names: ['Dockerfile', 'package.json'] }), 'dockerfile');
  assert.equal(
    chooseBuilder({ names: ['Dockerfile'], selected: 'dockerfile', dockerfile: null }),
    'dockerfile',
  );
});

test('A Dockerfile that the app sets is built instead.', () => {
  assert.equal(chooseBuilder({ names: ['docker', 'docker/Web'], dockerfile: 'docker/Web' }), 'dockerfile');
  assert.throws(() => chooseBuilder({ names: ['Dockerfile'], dockerfile: 'docker/Web' }), {
    code: 'E_DOCKERFILE',
    message: 'The source has no file docker/Web',
    hint: /dockerfile-path/,
  });
});

test('Without one the source is looked at.', () => {
  assert.equal(chooseBuilder({ names: ['package.json'] }), 'detect');
  assert.equal(chooseBuilder({ names: ['package.json', 'Dockerfile'], selected: 'detect' }), 'detect');
});

test('Buildpacks that are named win over a Dockerfile, unless another builder is set.', () => {
  const names = ['Dockerfile'];
  assert.equal(chooseBuilder({ names, hasBuildpacks: true }), 'buildpacks');
  assert.equal(chooseBuilder({ names, hasBuildpacks: true, selected: 'dockerfile' }), 'dockerfile');
});

test('A project.toml is for pack, where that is installed.', () => {
  const names = ['project.toml', 'package.json'];
  assert.equal(chooseBuilder({ names, hasPack: true }), 'pack');
  assert.equal(chooseBuilder({ names, hasPack: false }), 'detect');
  assert.equal(chooseBuilder({ names: ['package.json'], hasPack: true }), 'detect');
});

test('A builder that is not built in is named.', () => {
  assert.throws(() => chooseBuilder({ names: ['Dockerfile'], selected: 'nixpacks' }), {
    code: 'E_NO_BUILDER',
    message: 'There is no builder named "nixpacks"; there is: detect, dockerfile, buildpacks, pack',
  });
});
