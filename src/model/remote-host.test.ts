import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remoteHost, remoteHostProblem, splitRemoteHost } from './remote-host.ts';

test('A host is a name or an address of IPv4, with or without a port, and nothing that a program could read otherwise.', () => {
  for (const host of ['git.example.com', 'Git.Example.com:2222', 'localhost', '127.0.0.1:8080'])
    assert.equal(remoteHostProblem(host), undefined, host);
  for (const host of [
    '',
    '-oProxyCommand=id',
    'a b',
    'a/b',
    'a:0',
    'a:',
    'u@a',
    'a\nb',
    '[::1]',
    'a..b',
    'a:123456',
    'a:70000',
    'a.1.2',
  ])
    assert.notEqual(remoteHostProblem(host), undefined, host);
});

test('The usual port is left out, in what is kept as in what is typed.', () => {
  assert.equal(remoteHost('Git.Example.com', 22, 22), 'git.example.com');
  assert.equal(remoteHost('git.example.com', 2222, 22), 'git.example.com:2222');
  assert.deepEqual(splitRemoteHost('Git.Example.com', 443), { host: 'git.example.com', port: 443 });
  assert.deepEqual(splitRemoteHost('git.example.com:8443', 443), { host: 'git.example.com', port: 8443 });
});
