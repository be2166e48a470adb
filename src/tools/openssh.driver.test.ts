import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { exec } from '../base/exec.ts';
import { parsePublicKey, sshdDropIn } from './openssh.ts';

const sshd = '/usr/sbin/sshd';
let folder = '';

before(async () => {
  // Made by the package's service, which a machine without systemd has not run; sshd wants it even to check a file.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  folder = await mkdtemp(join(tmpdir(), 'slipway-openssh-'));
});

after(() => rm(folder, { recursive: true }));

async function makeKey(name: string, type: string, bits?: string): Promise<string> {
  const path = join(folder, name);
  await exec('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(bits ? ['-b', bits] : []),
    '-N',
    '',
    '-C',
    'of a test',
    '-f',
    path,
  ]);
  return path;
}

it('reads what ssh-keygen makes, and gives its fingerprint', async () => {
  for (const [type, bits] of [
    ['ed25519'],
    ['rsa', '2048'],
    ['ecdsa', '256'],
    ['ecdsa', '384'],
    ['ecdsa', '521'],
  ] as const) {
    const path = await makeKey(`${type}${bits ?? ''}`, type, bits);
    const key = parsePublicKey(await readFile(`${path}.pub`, 'utf8'));
    const { stdout } = await exec('ssh-keygen', ['-lf', `${path}.pub`]);
    assert.equal(key.fingerprint, stdout.split(' ')[1]);
    assert.equal(key.comment, 'of a test');
  }
});

it('refuses what ssh-keygen makes too weak', async () => {
  const path = await makeKey('weak', 'rsa', '1024');
  const text = await readFile(`${path}.pub`, 'utf8');
  assert.throws(() => parsePublicKey(text), /1024 bits/);
});

it('writes a drop-in that sshd understands, and that is in force for the one user only', async () => {
  const hostKey = await makeKey('host', 'ed25519');
  const dropIn = join(folder, 'drop-in.conf');
  const config = join(folder, 'sshd_config');
  await writeFile(
    dropIn,
    sshdDropIn({ user: 'slipway', authorizedKeysFile: '/var/lib/slipway/ssh/authorized_keys' }),
  );
  await writeFile(config, `HostKey ${hostKey}\nInclude ${dropIn}\nPasswordAuthentication yes\n`);
  await exec(sshd, ['-t', '-f', config]);
  const seenBy = async (user: string) =>
    (await exec(sshd, ['-T', '-f', config, '-C', `user=${user},host=h,addr=192.0.2.1`])).stdout;
  assert.match(await seenBy('slipway'), /^passwordauthentication no$/m);
  assert.match(await seenBy('slipway'), /^disableforwarding yes$/m);
  assert.match(await seenBy('slipway'), /^authorizedkeysfile \/var\/lib\/slipway\/ssh\/authorized_keys$/m);
  assert.match(await seenBy('somebody'), /^passwordauthentication yes$/m);
  assert.match(await seenBy('somebody'), /^disableforwarding no$/m);
});
