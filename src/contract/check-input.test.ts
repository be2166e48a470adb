import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { checkInput } from './check-input.ts';

test('absent options become null, absent flags false', () => {
  assert.deepEqual(checkInput('logs', { app: 'shop' }), {
    app: 'shop',
    tail: false,
    num: null,
    ps: null,
    since: null,
    until: null,
    grep: null,
    request: null,
  });
});

test('numbers come as digits from a command line and as numbers from the API', () => {
  assert.equal(checkInput('logs', { app: 'shop', num: '5' }).num, 5);
  assert.equal(checkInput('logs', { app: 'shop', num: 5 }).num, 5);
  assert.throws(() => checkInput('logs', { app: 'shop', num: '5x' }), /whole number from 1 to 100000/);
  assert.throws(() => checkInput('logs', { app: 'shop', num: true }), /whole number/);
});

test('a release is v3, 3 or a number', () => {
  for (const release of ['v3', '3', 3])
    assert.equal(checkInput('rollback', { app: 'shop', release }).release, 3);
  for (const release of ['v0', 'w3', -1, 'v3.5', '']) {
    assert.throws(() => checkInput('rollback', { app: 'shop', release }), { code: 'E_INPUT' });
  }
});

test('config values are secrets from the door on, whatever they hold', () => {
  const { pairs } = checkInput('config:set', { app: 'shop', pairs: ['A=b=c\nd', 'EMPTY='] });
  assert.deepEqual(
    pairs.map(({ key, value }) => [key, value.reveal()]),
    [
      ['A', 'b=c\nd'],
      ['EMPTY', ''],
    ],
  );
  assert.ok(pairs.every(({ value }) => value instanceof Secret));
});

test('everything that is wrong is told at once, a line each, without the values', () => {
  assert.throws(() => checkInput('config:set', { app: 'Shop', pairs: ['1=topsecret', 'B=1'], what: 1 }), {
    code: 'E_INPUT',
    message: '3 things are wrong with the input of config:set:',
    hint: 'slipway config:set [--no-restart] [--encoded] [--show] APP|--global KEY=VALUE...',
    detail: [
      'App name must begin with lowercase alphanumeric character, and may only contain lowercase alphanumerics, dots, and hyphens',
      '"1" is not a name of an environment variable: letters, digits and _, no digit first',
      'Unknown: "what"',
    ],
  });
});

test('one thing that is wrong is the message itself', () => {
  assert.throws(() => checkInput('git:set', { app: 'shop', property: 'x' }), {
    message: 'Invalid property specified, valid properties include: deploy-branch, rev-env-var',
  });
  assert.throws(() => checkInput('config:get', { app: 'shop' }), { message: 'KEY is missing' });
  assert.throws(() => checkInput('logs', { app: 'shop', tail: 'yes' }), {
    message: '--tail must be of the type boolean',
  });
  assert.throws(() => checkInput('config:set', { app: null, pairs: [] }), {
    message: 'KEY=VALUE: at least 1 needed',
  });
});

test('what is no object is refused', () => {
  for (const raw of [null, undefined, 'x', 1, [], [1]])
    assert.throws(() => checkInput('version', raw), { code: 'E_INPUT' });
});

test('an empty value clears a property', () => {
  assert.equal(checkInput('git:set', { app: 'shop', property: 'deploy-branch', value: '' }).value, null);
  assert.equal(checkInput('git:set', { app: 'shop', property: 'deploy-branch' }).value, null);
});

test('rules over several fields hold', () => {
  assert.throws(() => checkInput('ssh-keys:remove', {}), /Give either NAME or --fingerprint/);
  assert.throws(
    () => checkInput('images:build', { name: 'node:22', all: true }),
    /Give either NAME or --all/,
  );
  assert.throws(
    () => checkInput('domains:report', { app: 'shop', global: true }),
    /Either an app or --global/,
  );
  assert.throws(() => checkInput('ps:scale', { app: 'shop', formation: ['web=1', 'web=2'] }), /named twice/);
  assert.throws(
    () => checkInput('ps:set', { app: 'shop', property: 'stop-timeout-seconds', value: '0' }),
    /from 1 to 3600/,
  );
});

test('domains are brought into the form that is stored', () => {
  assert.deepEqual(checkInput('domains:add', { app: 'shop', domains: ['Shop.Example.com.'] }).domains, [
    'shop.example.com',
  ]);
});
