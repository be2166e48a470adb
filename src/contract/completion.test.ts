import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complete, type Lookup } from './completion.ts';

const lookup: Lookup = (kind, app) => {
  if (kind === 'app') return ['blog', 'shop'];
  if (kind === 'key') return app === 'shop' ? ['DATABASE_URL', 'GREETING'] : ['TZ'];
  if (kind === 'process-type') return app === 'shop' ? ['web', 'worker'] : [];
  return kind === 'image' ? ['node:22'] : ['alice'];
};

/** The line up to the cursor, without `slipway`. */
const after = (line: string) => complete(line.split(' '), lookup);

test('a command is completed by its name', async () => {
  assert.deepEqual(await after('apps:l'), ['apps:list', 'apps:lock', 'apps:locked']);
  assert.ok((await after('')).includes('help'));
  assert.ok(!(await after('git:')).includes('git:receive'));
  assert.deepEqual(await after('--quiet roll'), ['rollback']);
});

test('an app is completed where one is expected', async () => {
  assert.deepEqual(await after('logs '), ['blog', 'shop']);
  assert.deepEqual(await after('logs -n 5 sh'), ['shop']);
  assert.deepEqual(await after('--app '), ['blog', 'shop']);
  assert.deepEqual(await after('apps:report --app s'), ['shop']);
});

test('what belongs to an app is looked up for that app', async () => {
  assert.deepEqual(await after('config:get shop '), ['DATABASE_URL', 'GREETING']);
  assert.deepEqual(await after('config:unset shop GREETING D'), ['DATABASE_URL']);
  assert.deepEqual(await after('config:set shop G'), ['GREETING=']);
  assert.deepEqual(await after('config:get --global '), ['TZ']);
  assert.deepEqual(await after('--app shop config:get G'), ['GREETING']);
  assert.deepEqual(await after('ps:scale shop web=1 wo'), ['worker=']);
  assert.deepEqual(await after('logs shop -p w'), ['web', 'worker']);
});

test('flags and fixed choices are completed', async () => {
  assert.deepEqual(await after('config:set shop --no'), ['--no-restart']);
  assert.deepEqual(await after('git:from-archive --archive-type t'), ['tar', 'tar.gz']);
  assert.deepEqual(await after('git:set shop d'), ['deploy-branch']);
  assert.deepEqual(await after('apps:list --format '), ['json', 'text']);
  assert.deepEqual(await after('--qu'), ['--quiet']);
  assert.deepEqual(await after('completion b'), ['bash']);
  assert.deepEqual(await after('help ps'), [
    'ps',
    'ps:scale',
    'ps:restart',
    'ps:rebuild',
    'ps:stop',
    'ps:start',
    'ps:restore',
    'ps:report',
    'ps:inspect',
    'ps:set',
  ]);
});

test('other names come from where they are kept', async () => {
  assert.deepEqual(await after('images:build n'), ['node:22']);
  assert.deepEqual(await after('ssh-keys:remove '), ['alice']);
});

test('nothing is offered where nothing is known', async () => {
  assert.deepEqual(await after('frobnicate '), []);
  assert.deepEqual(await after('apps:create shop '), []);
  assert.deepEqual(await after('rollback shop '), []);
  assert.deepEqual(await complete([], () => []), await after(''));
});
