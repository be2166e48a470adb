import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sshdDropIn } from './openssh.ts';
import { sshdNames } from './sshd-config.ts';

test('the drop-in is found by the file of keys that it names, and a file that sshd does not read is not', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-sshd-'));
  context.after(() => rmSync(folder, { recursive: true }));
  assert.equal(await sshdNames(folder, '/srv/keys'), false);
  mkdirSync(join(folder, 'sshd_config.d'));
  const text = sshdDropIn({ user: 'slipway', authorizedKeysFile: '/srv/keys' });
  writeFileSync(join(folder, 'sshd_config.d/slipway.conf.off'), text);
  assert.equal(await sshdNames(folder, '/srv/keys'), false);
  writeFileSync(join(folder, 'sshd_config.d/slipway.conf'), text);
  assert.equal(await sshdNames(folder, '/srv/keys'), true);
  assert.equal(await sshdNames(folder, '/srv/others'), false);
});
