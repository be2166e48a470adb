import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInput } from './check-input.ts';
import { type OperationName, rowOf } from './operations.ts';
import { subjectOf } from './subject.ts';

function subject(name: OperationName, raw: object): string {
  return subjectOf(rowOf(name), checkInput(name, raw));
}

test('an event names keys and never values', () => {
  assert.equal(subject('config:set', { app: 'shop', pairs: ['A=topsecret', 'B=2'], noRestart: true }), 'A B');
  assert.equal(
    subject('config:unset', { app: 'shop', keys: ['A', 'B'], noRestart: true }),
    'A B --no-restart',
  );
});

test('an event names what was done with, without the app and without what was piped in', () => {
  assert.equal(subject('apps:create', { app: 'shop' }), '');
  assert.equal(subject('ps:scale', { app: 'shop', formation: ['web=2', 'worker=0'] }), 'web=2 worker=0');
  assert.equal(subject('rollback', { app: 'shop', release: 'v3' }), '3');
  assert.equal(subject('ssh-keys:add', { name: 'alice', key: 'ssh-ed25519 AAAA' }), 'alice');
  assert.equal(
    subject('git:from-archive', { app: 'shop', source: '--', archiveType: 'tar' }),
    'standard input',
  );
});
