import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { routerPaths } from '../../src/router/router-paths.ts';
import { haproxyArguments } from '../../src/tools/haproxy.ts';

const unit = (name: string) => readFileSync(join(import.meta.dirname, `${name}.service`), 'utf8');

test('systemd starts the router with the arguments that the supervisor script gets, besides -Ws that tells systemd', () => {
  const paths = routerPaths('/root-folder/router');
  const words = haproxyArguments(paths).map((word) => (word === '-W' ? '-Ws' : word));
  const line = /^ExecStart=(.*)$/m.exec(unit('slipway-router'))?.[1]?.replaceAll('@ROOT@', '/root-folder');
  assert.equal(line, ['@LIB@/start-router.sh', paths.requests, '@HAPROXY@', ...words].join(' '));
});

test('the units name nothing that the installer does not fill in', () => {
  for (const name of ['slipwayd', 'slipway-router']) {
    const names = new Set(unit(name).match(/@[A-Z]+@/g));
    assert.deepEqual(
      [...names].filter((word) => !['@LIB@', '@ROOT@', '@HAPROXY@'].includes(word)),
      [],
    );
  }
});
