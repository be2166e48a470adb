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
    code: 'E_NO_BUILDER',
    message: 'The source has no docker/Web (it has Dockerfile)',
    hint: /dockerfile-path/,
  });
});

test('Without one the failure says what was looked for, what is there, and what to do.', () => {
  assert.throws(() => chooseBuilder({ names: ['b', 'a'] }), {
    code: 'E_NO_BUILDER',
    message: 'The source has no Dockerfile (it has a, b)',
    hint: 'add a Dockerfile at the top of the repository, and commit it',
  });
  assert.throws(() => chooseBuilder({ names: [] }), {
    message: 'The source has no Dockerfile (it has no files)',
  });
  assert.throws(() => chooseBuilder({ names: '12345678' }), { message: /has 1, 2, 3, 4, 5, 6 and 2 more\)/ });
  assert.throws(() => chooseBuilder({ names: ['dockerfile'] }), {
    hint: 'name it Dockerfile: git mv dockerfile Dockerfile',
  });
});

test('A builder that is not built in is named.', () => {
  assert.throws(() => chooseBuilder({ names: ['Dockerfile'], selected: 'pack' }), {
    code: 'E_NO_BUILDER',
    message: 'There is no builder named "pack"; there is: dockerfile',
  });
});
