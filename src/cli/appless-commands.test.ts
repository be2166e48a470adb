import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { applessCommands } from './appless-commands.ts';

it('are those of the table without an app, and the few that are not in it', () => {
  const places: readonly string[] = ['app', 'optionalApp', 'appOrGlobal'];
  const rows: readonly (readonly [string, Operation])[] = Object.entries(operations);
  const appless = rows
    .filter(([, row]) => !Object.values(row.input).some(({ place }) => places.includes(place)))
    .flatMap(([name, row]) => [name, ...(row.aliases ?? [])]);
  assert.deepEqual(
    [...applessCommands].sort(),
    ['', '__complete', 'apps:create', 'completion', 'help', ...appless].sort(),
  );
});
