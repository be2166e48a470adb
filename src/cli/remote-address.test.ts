import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitShellWords } from '../model/shell-words.ts';
import { parseHost, parseRemote, remoteUrl, sshArguments, withApp } from './remote-address.ts';

describe('the address of a git remote', () => {
  it('gives user, host, port and app in every form that git takes', () => {
    const box = { user: 'slipway', host: 'box.example.com', port: null, app: 'shop' };
    assert.deepEqual(parseRemote('slipway@box.example.com:shop'), box);
    assert.deepEqual(parseRemote('box.example.com:shop.git'), box);
    assert.deepEqual(parseRemote('ssh://slipway@box.example.com/shop'), box);
    assert.deepEqual(parseRemote('dokku@box.example.com:shop'), { ...box, user: 'dokku' });
    assert.deepEqual(parseRemote('ssh://slipway@box.example.com:2222/shop'), { ...box, port: '2222' });
    assert.deepEqual(parseRemote('ssh://slipway@[2001:db8::1]:22/shop'), {
      ...box,
      host: '2001:db8::1',
      port: '22',
    });
  });

  it('is no address when it is something else, or would be an option of ssh', () => {
    for (const text of [
      '',
      '/srv/shop.git',
      'https://example.com/shop',
      'a@-oProxyCommand=id:shop',
      '-v:shop',
      '-a@b:shop',
    ]) {
      assert.equal(parseRemote(text), undefined, text);
    }
    assert.equal(parseRemote('slipway@box:../etc'), undefined);
    assert.equal(parseRemote('slipway@box:shop\nx'), undefined);
  });

  it('is written as git takes it', () => {
    for (const url of [
      'slipway@box:shop',
      'ssh://slipway@box:2222/shop',
      'ssh://slipway@[2001:db8::1]:22/shop',
    ]) {
      const remote = parseRemote(url);
      assert.equal(remote && remoteUrl(remote), url);
    }
  });
});

it('reads the host that is set by hand', () => {
  assert.deepEqual(parseHost('box'), { user: 'slipway', host: 'box', port: null });
  assert.deepEqual(parseHost('me@box:22'), { user: 'me', host: 'box', port: '22' });
  assert.deepEqual(parseHost('[::1]:2222'), { user: 'slipway', host: '::1', port: '2222' });
  for (const text of ['-oProxyCommand=id', 'a b', 'box:x', ''])
    assert.equal(parseHost(text), undefined, text);
});

it('hands words to ssh so that they arrive as they were', () => {
  const words = ['config:set', 'shop', "A=it's", 'B=two\nlines "quoted"', 'C=', '', '$(id)', '--', '*'];
  const args = sshArguments({ user: 'slipway', host: 'box', port: '22' }, words, false);
  assert.deepEqual(args.slice(0, 5), ['-T', '-p', '22', 'slipway@box', '--']);
  assert.deepEqual(splitShellWords(args.slice(5).join(' ')), words);
});

describe('the app of the repository', () => {
  it('is what a command is about that does not say', () => {
    assert.deepEqual(withApp(['config:set', 'A=b'], 'shop'), ['--app', 'shop', 'config:set', 'A=b']);
    assert.deepEqual(withApp(['run', '--', 'sh', '-c', 'id'], 'shop'), [
      '--app',
      'shop',
      'run',
      '--',
      'sh',
      '-c',
      'id',
    ]);
  });

  it('is left out when the words say which', () => {
    for (const words of [
      ['config:set', '--app', 'other', 'A=b'],
      ['config:set', '--app=other', 'A=b'],
      ['config:set', '--global', 'A=b'],
      ['letsencrypt:enable', '--all'],
      ['config:set', 'shop', 'A=b'],
      ['apps:create', 'new'],
      ['ssh-keys:list'],
      ['help'],
      ['--help'],
    ]) {
      assert.deepEqual(withApp(words, 'shop'), words);
    }
  });
});
