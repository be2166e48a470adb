import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkEncoding, readCommand, sendsStdin, takeFiles, takeFolder } from './command-words.ts';

it('finds the command among global flags', () => {
  assert.equal(
    readCommand(['--quiet', '--app', 'shop', 'config:set', 'A=b', '--no-restart']).command,
    'config:set',
  );
  assert.deepEqual(readCommand(['--app=shop', 'ps:scale', 'web=2']), {
    command: 'ps:scale',
    words: ['web=2'],
  });
  assert.deepEqual(readCommand(['--version']), { command: '', words: [] });
});

it('refuses a word that was no UTF-8, and says which', () => {
  checkEncoding(['config:set', 'shop', 'A=Ä€😀']);
  assert.throws(() => checkEncoding(['config:set', 'shop', 'A=\ufffd']), {
    code: 'E_INPUT',
    message: /^Word 3 /,
  });
});

const terminal = () => true;
const pipe = () => false;

describe('standard input', () => {
  it('is sent to a command that reads a text', () => {
    assert.equal(sendsStdin(['ssh-keys:add', 'alice'], pipe), true);
  });

  it('is sent to a command that may read a stream only when a word says so', () => {
    assert.equal(sendsStdin(['git:from-archive', 'shop', '--'], pipe), true);
    assert.equal(sendsStdin(['git:from-archive', 'shop', 'https://example.com/a.tar'], pipe), false);
  });

  it('is never sent from a terminal, nor to a command that does not read it', () => {
    assert.equal(sendsStdin(['ssh-keys:add', 'alice'], terminal), false);
    assert.equal(sendsStdin(['apps:destroy', 'shop', '-'], pipe), false);
    assert.equal(sendsStdin(['constructor', '-'], pipe), false);
  });
});

it('takes both files of certs:add out of the words', () => {
  const files = ['a.crt', 'a.key'];
  assert.deepEqual(takeFiles(['certs:add', 'shop', ...files]), { words: ['certs:add', 'shop'], files });
  assert.deepEqual(takeFiles(['--app', 'shop', 'certs:update', ...files]), {
    words: ['--app', 'shop', 'certs:update'],
    files,
  });
  for (const words of [
    ['certs:add', 'shop'],
    ['certs:add', 'shop', 'a.crt'],
  ])
    assert.deepEqual(takeFiles(words), { words, files: [] });
});

it('takes the file of ssh-keys:add out of the words', () => {
  assert.deepEqual(takeFiles(['ssh-keys:add', 'alice', 'id.pub']), {
    words: ['ssh-keys:add', 'alice'],
    files: ['id.pub'],
  });
  assert.deepEqual(takeFiles(['--quiet', 'ssh-keys:add', 'a', 'a']), {
    words: ['--quiet', 'ssh-keys:add', 'a'],
    files: ['a'],
  });
  assert.deepEqual(takeFiles(['ssh-keys:add', '--role', 'deployer', 'dora', 'id.pub']), {
    words: ['ssh-keys:add', '--role', 'deployer', 'dora'],
    files: ['id.pub'],
  });
  assert.deepEqual(takeFiles(['ssh-keys:add', 'alice']), { words: ['ssh-keys:add', 'alice'], files: [] });
  assert.deepEqual(takeFiles(['apps:rename', 'a', 'b']), { words: ['apps:rename', 'a', 'b'], files: [] });
});

it('takes the file of config:import out of the words, wherever the app and the flags stand', () => {
  const without = (typed: string, file: string | null) => {
    const words = typed.split(' ');
    assert.deepEqual(takeFiles(words), {
      words: words.filter((word) => word !== (file ?? '-')),
      files: file === null ? [] : [file],
    });
  };
  without('config:import shop .env', '.env');
  without('config:import --format json shop config.json', 'config.json');
  without('--app shop config:import --replace .env', '.env');
  without('config:import --global .env', '.env');
  without('config:import shop -', null);
  without('config:import --format json shop', null);
});

it('takes the folder of builder:plan out of the words, which no app could be', () => {
  const taken = (typed: string) => {
    const { words, folder } = takeFolder(typed.split(' '));
    return [words.join(' '), folder];
  };
  assert.deepEqual(taken('builder:plan .'), ['builder:plan --', '.']);
  assert.deepEqual(taken('--app shop builder:plan --dockerfile apps/shop'), [
    '--app shop builder:plan --dockerfile --',
    'apps/shop',
  ]);
  assert.deepEqual(taken('builder:plan /srv/x --format json'), ['builder:plan -- --format json', '/srv/x']);
  for (const other of [
    'builder:plan shop',
    'builder:plan --',
    'config:import shop ./x',
    'git:from-image shop a/b',
  ])
    assert.deepEqual(taken(other), [other, null]);
});
