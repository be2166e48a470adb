import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeModes, withModes } from './check-mode.ts';
import { defaultCheck } from './check.ts';

test('A mode is set for some types or for all; what all have already is not kept beside it.', () => {
  const web = changeModes({}, ['web'], 'disabled');
  assert.deepEqual(web, { web: 'disabled' });
  assert.deepEqual(changeModes(web, ['worker'], 'skipped'), { web: 'disabled', worker: 'skipped' });
  assert.deepEqual(changeModes(web, ['web'], 'enabled'), {});
  const all = changeModes(web, [], 'disabled');
  assert.deepEqual(all, { _all_: 'disabled' });
  assert.deepEqual(changeModes(all, ['web'], 'enabled'), { _all_: 'disabled', web: 'enabled' });
  assert.deepEqual(changeModes(all, ['web'], 'disabled'), all);
  assert.deepEqual(changeModes(all, ['_all_'], 'enabled'), {});
});

test('Each type has the mode that is set for it, else that of all, else its check is made.', () => {
  const entry = { command: 'x', check: defaultCheck('web'), checks: 'skipped' } as const;
  const modes = (set: Parameters<typeof withModes>[1]) =>
    Object.values(withModes({ web: entry, constructor: entry }, set)).map(({ checks }) => checks);
  assert.deepEqual(modes({}), ['enabled', 'enabled']);
  assert.deepEqual(modes({ web: 'disabled' }), ['disabled', 'enabled']);
  assert.deepEqual(modes({ web: 'enabled', _all_: 'skipped' }), ['enabled', 'skipped']);
});
