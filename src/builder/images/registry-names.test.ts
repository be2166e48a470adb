import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiarName, parseReference } from './reference.ts';
import { otherNames } from './registry-names.ts';

const names = (official: string, settings: { mirror?: string; prefix?: string }) =>
  otherNames(parseReference(official), { mirror: null, prefix: null, ...settings }).map(familiarName);

test('A mirror has the full names of docker.io, and a prefix is put before the short ones.', () => {
  const mirror = 'mirror.example.com:5000/hub';
  const prefix = 'registry.example.com/base/';
  assert.deepEqual(names('node:22-slim', { mirror }), [`${mirror}/library/node:22-slim`]);
  assert.deepEqual(names('team/app', { mirror }), [`${mirror}/team/app:latest`]);
  assert.deepEqual(names('docker.io/library/node:22-slim', { prefix }), [`${prefix}node:22-slim`]);
  assert.deepEqual(names('debian', { mirror, prefix }), [
    `${prefix}debian:latest`,
    `${mirror}/library/debian:latest`,
  ]);
  assert.deepEqual(names('a', { mirror: 'localhost' }), ['localhost/library/a:latest']);
});

test('Other registries, and names with a digest, are asked as they are.', () => {
  const settings = { mirror: 'mirror.example.com', prefix: 'registry.example.com/' };
  assert.deepEqual(names('node:22-slim', {}), []);
  assert.deepEqual(names('quay.example.com/team/app:1', settings), []);
  assert.deepEqual(names(`node@sha256:${'a'.repeat(64)}`, settings), []);
});
