import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noWishes } from '../../../../model/build-wishes.ts';
import { viewOfTexts } from '../../source-view.ts';
import { assetStages } from './assets.ts';

const stagesOf = (files: Record<string, string>) =>
  assetStages({
    source: viewOfTexts(files),
    app: 'shop',
    // Those of the app's own language: another version, other commands.
    wishes: { ...noWishes, version: '3.13', install: 'pip install .', build: './collect' },
    procfile: null,
    config: {},
    registry: true,
  });

test('The pages of an app in another language are built by the script build of its package.json.', () => {
  const [tools, assets, ...more] = stagesOf({
    'package.json': JSON.stringify({ scripts: { build: 'vite build' }, devDependencies: { vite: '7' } }),
    'package-lock.json': '{}',
    Gemfile: '',
  });
  assert.deepEqual([tools?.name, tools?.from], ['assets-tools', 'node:24-bookworm-slim']);
  assert.deepEqual([assets?.name, assets?.from, more], ['assets', 'assets-tools', []]);
  const lines = assets?.steps.map((step) => (step.kind === 'run' ? step.command : step.kind));
  assert.deepEqual(lines, [
    'copy',
    'npm ci --include=dev --prefer-offline --no-audit --no-fund && mkdir -p /app/node_modules',
    'copy',
    'npm run build',
  ]);
});

test('Without a package.json, or a script build in it, there is nothing to do.', () => {
  assert.deepEqual(stagesOf({ Gemfile: '' }), []);
  assert.deepEqual(stagesOf({ 'package.json': '{"scripts": {"test": "x"}}' }), []);
});
