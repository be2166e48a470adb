import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestOf } from '../../tools/npm.ts';
import { isUpon } from './newer-parts.ts';
import { withBases } from './update-images.ts';

test('Before an image comes the one that it builds upon, and each one once.', () => {
  assert.deepEqual(withBases(['nginx:1', 'node:22-slim', 'debian:bookworm-slim', 'caddy:2', 'nginx:1']), [
    'nginx:1',
    'debian:bookworm-slim',
    'node:22-slim',
    'caddy:2',
  ]);
});

test('An image is upon another where its layers begin with those.', () => {
  assert.ok(isUpon(['a', 'b'], ['a']));
  assert.ok(!isUpon(['b', 'a'], ['a']));
  assert.ok(!isUpon(['a'], ['a', 'b']));
});

test('The newest version on npm is the highest, in whatever order they come.', () => {
  assert.equal(newestOf('["22.8.0", "22.23.3", "22.9.0"]'), '22.23.3');
  assert.equal(newestOf('"22.8.0"'), '22.8.0');
  assert.throws(() => newestOf('[]'));
});
