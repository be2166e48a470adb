import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIndexTargets } from '../../tools/apt.ts';
import { mmdebstrapArgs } from '../../tools/mmdebstrap.ts';
import { debianSources } from './debian-sources.ts';

const machine = parseIndexTargets(
  [
    'Third\thttp://packages.example.com/php/\tbookworm',
    'Debian\thttp://mirror.example.com/debian/\ttrixie',
    'Debian\thttp://mirror.example.com/debian/\ttrixie',
    'Debian\thttp://mirror.example.com/debian/\ttrixie-updates',
    'Debian\thttp://mirror.example.com/debian-security/\ttrixie-security',
    '',
  ].join('\n'),
);

test('The mirrors of the machine serve any suite, and packages of others are left out.', () => {
  assert.deepEqual(debianSources(machine, 'bookworm'), [
    'deb http://mirror.example.com/debian bookworm main',
    'deb http://mirror.example.com/debian bookworm-updates main',
    'deb http://mirror.example.com/debian-security bookworm-security main',
  ]);
});

test('The well-known addresses serve where a mirror is missing, needs a password, or TLS.', () => {
  const without = (suite: string) => machine.filter((source) => source.suite !== suite);
  const moved = (address: string) => [...without('trixie'), { origin: 'Debian', address, suite: 'trixie' }];
  assert.deepEqual(debianSources([], 'bookworm'), []);
  assert.deepEqual(debianSources(without('trixie-security'), 'bookworm'), []);
  const unusable = [
    'https://a.example/debian',
    'http://u:p@a.example/debian',
    'mirror+file:/etc/mirrors',
    'http://a.example/x y',
  ];
  for (const address of unusable) assert.deepEqual(debianSources(moved(address), 'bookworm'), [], address);
});

test('mmdebstrap is told the suite, the target and then the sources.', () => {
  const args = mmdebstrapArgs({
    suite: 'bookworm',
    sources: ['deb http://a.example/debian bookworm main'],
    keyring: '/keys.gpg',
    packages: ['ca-certificates'],
    dpkgOptions: ['path-exclude=/usr/share/man/*'],
    overlay: 'overlay.tar',
    target: 'root.tar',
  });
  assert.deepEqual(args, [
    '--mode=root',
    '--variant=minbase',
    '--format=tar',
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    '--include=usr-is-merged,ca-certificates',
    '--keyring=/keys.gpg',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--skip=chroot/policy-rc.d',
    '--customize-hook=tar-in overlay.tar /',
    'bookworm',
    'root.tar',
    'deb http://a.example/debian bookworm main',
  ]);
});
