import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from '../src/base/exec.ts';
import type { Sandbox } from '../test/machine/sandbox.ts';

/** Arguments of ssh with a key that comes in without our forced command: what sshd itself costs. */
export async function bareKey(sandbox: Sandbox): Promise<readonly string[]> {
  const [given, key] = [join(sandbox.root, 'client/key'), join(sandbox.root, 'client/bare')];
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await appendFile(join(sandbox.root, 'ssh/authorized_keys'), await readFile(`${key}.pub`, 'utf8'));
  return sandbox.sshArguments.map((word) => (word === given ? key : word));
}
