import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sshCommand } from './openssh-client.ts';

const reach = {
  address: '192.0.2.7',
  port: 22,
  alias: 'git.example.com',
  knownHosts: '/var/lib/slipway/ssh/known_hosts',
  identity: '/var/lib/slipway/ssh/deploy_key',
};

test('ssh is told the address that was checked, and to take no key that is not known.', () => {
  const command = sshCommand(reach);
  for (const word of ['HostName=192.0.2.7', 'HostKeyAlias=git.example.com', 'StrictHostKeyChecking=yes'])
    assert.ok(command.split(' ').includes(word), word);
  assert.ok(
    sshCommand({ ...reach, address: '2001:db8::7', alias: 'h:2222' }).includes('HostName=2001:db8::7'),
  );
});

test('Nothing gets into the command that a shell could read otherwise.', () => {
  for (const bad of ['a;id', '$(id)', 'a b', "a'b", 'a`b`', 'a\nb', 'a|b', '*', '~'])
    for (const key of ['alias', 'knownHosts', 'identity', 'address'])
      assert.throws(() => sshCommand({ ...reach, [key]: bad }), { name: 'OpensshError' }, `${key} ${bad}`);
});
