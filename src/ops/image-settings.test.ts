import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { imageSettingsOf } from './image-settings.ts';

it('What images:set says holds over the settings of the installation, until it is cleared', async (t) => {
  const deps = memoryDeps({ settings: { imageSource: 'registry' } });
  t.after(() => deps.close());
  const set = (property: string, value?: string) => call(deps, ['images:set', { property, value }]);
  assert.deepEqual(imageSettingsOf(deps), { source: 'registry', mirror: null, prefix: null });
  await set('source', 'packages');
  await set('mirror', 'mirror.example.com');
  await set('prefix', 'registry.example.com/base/');
  assert.deepEqual(imageSettingsOf(deps), {
    source: 'packages',
    mirror: 'mirror.example.com',
    prefix: 'registry.example.com/base/',
  });
  await set('source');
  await set('mirror', '');
  assert.deepEqual(imageSettingsOf(deps), {
    source: 'registry',
    mirror: null,
    prefix: 'registry.example.com/base/',
  });
});

it('A wrong value is refused, and nothing changes', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  const set = (property: string, value: string) => call(deps, ['images:set', { property, value }]);
  await failsWith('E_INPUT', set('source', 'docker'));
  await failsWith('E_INPUT', set('mirror', 'https://mirror.example.com'));
  await failsWith('E_INPUT', set('prefix', 'registry.example.com'));
  await failsWith('E_INPUT', set('login', 'x'));
  assert.deepEqual(imageSettingsOf(deps), { source: 'auto', mirror: null, prefix: null });
});

it('images:report says what holds and whether a registry answers', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await call(deps, ['images:set', { property: 'mirror', value: 'mirror.example.com' }]);
  const [part] = await call(deps, ['images:report', {}]);
  assert.deepEqual(Object.fromEntries(part?.rows.map(({ label, value }) => [label, value]) ?? []), {
    'Images source': '',
    'Images computed source': 'auto',
    'Images mirror': 'mirror.example.com',
    'Images prefix': '',
    'Images registry reachable': 'false',
    'Images here': '0',
  });
});
