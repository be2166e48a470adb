import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chooseFace } from './face.ts';

const installed = () => true;
const nothing = () => false;

it('takes the words of an ssh client, whole', () => {
  const env = {
    SLIPWAY_SSH_COMMAND: `config:set shop 'A=it'\\''s\n"b"'`,
    SLIPWAY_KEY: 'alice',
    SLIPWAY_DOOR: '/r/door.sock',
  };
  assert.deepEqual(chooseFace(['ignored'], env, nothing), {
    to: 'door',
    door: { socketPath: '/r/door.sock', key: 'alice' },
    words: ['config:set', 'shop', 'A=it\'s\n"b"'],
    overSsh: true,
  });
  assert.throws(() => chooseFace([], { ...env, SLIPWAY_SSH_COMMAND: "apps:list '" }, nothing), /not closed/);
});

it('asks for help when there are no words', () => {
  const env = { SLIPWAY_SSH_COMMAND: '', SLIPWAY_KEY: 'alice', SLIPWAY_DOOR: '/r/door.sock' };
  assert.deepEqual(chooseFace([], env, nothing).words, ['help']);
  assert.deepEqual(chooseFace([], {}, installed).words, ['help']);
  assert.deepEqual(chooseFace(['--remote'], {}, installed).words, ['help']);
});

it("goes to this machine's own slipwayd where one is installed", () => {
  const face = chooseFace(['apps:list'], {}, (root) => root === '/var/lib/slipway');
  assert.deepEqual(face, {
    to: 'door',
    door: { socketPath: '/var/lib/slipway/run/root.sock' },
    words: ['apps:list'],
    overSsh: false,
  });
  const moved = chooseFace(['apps:list'], { SLIPWAY_ROOT: '/srv/s' }, installed);
  assert.equal(moved.to === 'door' && moved.door.socketPath, '/srv/s/run/root.sock');
});

it('goes to another machine where none is installed, or where it is asked to', () => {
  const remote = { to: 'remote', words: ['apps:list'] };
  assert.deepEqual(chooseFace(['apps:list'], {}, nothing), remote);
  assert.deepEqual(chooseFace(['--remote', 'apps:list'], {}, installed), remote);
  assert.deepEqual(chooseFace(['apps:list'], { SLIPWAY_HOST: 'box' }, installed), remote);
});
