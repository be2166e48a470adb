import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { Failure } from '../base/failure.ts';
import { parseAppJson } from './app-json.ts';
import { planEnv } from './plan-env.ts';

const { env } = parseAppJson(
  '{"env": {"A": "1", "B": {"value": "2"}, "KEY": {"generator": "secret"}, "TOKEN": {"required": true}}}',
);
const generate = () => 'made';

test('values and secrets are added for keys that are not set', () => {
  const added = planEnv(env, { B: new Secret('mine'), TOKEN: new Secret('t') }, generate);
  assert.deepEqual(
    Object.entries(added).map(([key, value]) => [key, value.reveal()]),
    [
      ['A', '1'],
      ['KEY', 'made'],
    ],
  );
});

test('a required key without a value is refused, by name', () => {
  assert.throws(
    () => planEnv(env, {}, generate),
    (error: unknown) =>
      error instanceof Failure && error.code === 'E_APP_JSON' && /TOKEN/.test(error.message),
  );
});
