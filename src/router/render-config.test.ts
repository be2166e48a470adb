import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { dashes, goldenCases, stateOfCase, type GoldenCase } from './golden-case.fixture.ts';
import { emptyState } from './proxy-state.ts';
import { renderConfig, type ProxySettings } from './render-config.ts';
import { renderFiles, stateOfFiles } from './router-files.ts';
import { routerPaths } from './router-paths.ts';

const settings: ProxySettings = {
  paths: routerPaths('/var/lib/slipway/router'),
  http: { addresses: ['0.0.0.0', '::'], port: 80 },
  https: { addresses: ['0.0.0.0', '::'], port: 443 },
  user: 'haproxy',
  threads: 2,
  maxConnections: 8000,
};

function filesOf(golden: GoldenCase): string {
  const files = renderFiles(settings, stateOfCase(golden, settings.paths));
  return [...files].map(([path, text]) => `== ${basename(path)} ==\n${text}`).join('');
}

describe('the files of the router', async () => {
  for (const golden of await goldenCases()) {
    const name = basename(golden.path, '.txt');

    test(`golden/${name}.txt becomes the files below its line`, async () => {
      const actual = filesOf(golden);
      if (process.env['SLIPWAY_WRITE_GOLDEN'] === '1') {
        const text = await readFile(golden.path, 'utf8');
        await writeFile(golden.path, `${text.split(dashes)[0]}${dashes}${actual}`);
      } else assert.equal(actual, golden.expected);
    });

    test(`the files of ${name} are read as what they were made from`, () => {
      const state = stateOfCase(golden, settings.paths);
      assert.deepEqual(stateOfFiles(settings.paths, renderFiles(settings, state)), state);
    });
  }

  test('files that are empty or not ours are read as no routes', () => {
    assert.deepEqual(stateOfFiles(settings.paths, new Map()), emptyState(0));
    const foreign = new Map([
      [settings.paths.config, 'backend other\n  server a 1.2.3.4:80\nbackend pool1\n  server a 1.2.3.4:80\n'],
      [settings.paths.maps.apps, 'pool1 shop\npool9 blog\nnonsense\n'],
    ]);
    const apps = new Map([['shop', { pool: 1, hosts: [], servers: [], leaving: [] }]]);
    assert.deepEqual(stateOfFiles(settings.paths, foreign), { ...emptyState(1), apps });
  });

  const state = emptyState(1);
  const refused: Record<string, Partial<ProxySettings>> = {
    'a user with a newline': { user: 'root\n  user' },
    'an address that is none': { http: { addresses: ['0.0.0.0:80 name x'], port: 80 } },
    'a port that is no number': { http: { addresses: ['0.0.0.0'], port: Number.NaN } },
    'half a thread': { threads: 0.5 },
  };
  for (const [what, change] of Object.entries(refused)) {
    test(`${what} is refused`, () => {
      assert.throws(() => renderConfig({ ...settings, ...change }, state));
    });
  }

  test('a folder whose path means something to HAProxy is refused', () => {
    assert.throws(() => routerPaths('/var/lib/my slipway'));
    assert.throws(() => routerPaths('/var/lib/$HOME'));
  });
});
