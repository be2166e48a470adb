import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsPage, errorsPage } from './docs-pages.ts';
import { helpLines } from './help.ts';
import type { HelpTopic } from './help-topic.ts';
import { groups, operationNames, rowOf } from './operations.ts';
import { parseCommand } from './parse-command.ts';

function texts(topic: HelpTopic): readonly string[] {
  return helpLines(topic).map(({ text }) => text);
}

test('the help of a command has its usage, arguments, flags and examples', () => {
  assert.deepEqual(texts({ about: 'command', name: 'logs' }), [
    'Usage: slipway logs [--tail] [--num N] [--ps TYPE[.N]] [--since TIME] [--until TIME] [--grep WORDS] [--request ID] APP',
    '',
    'Show what the processes of an app print, and the requests that were answered',
    'A line is TIME app[PROCESS]: TEXT, or TIME router: METHOD PATH STATUS. Lines of processes that are gone are among them. A time is 10m, 2h, 1d (ago) or 2026-01-31T12:00:00Z.',
    '',
    'Arguments:',
    '  APP  the app',
    '',
    'Flags:',
    '  -t, --tail         go on with new lines until interrupted',
    '  -n, --num N        how many lines (100; with --since or --request 10000)',
    '  -p, --ps TYPE[.N]  only this process type, or this one process; router for the requests',
    '  --since TIME       only lines from this time on',
    '  --until TIME       only lines before this time',
    '  --grep WORDS       only lines that contain all of these words',
    '  --request ID       only lines that contain the id of this request',
    '',
    'Examples:',
    '  slipway logs shop',
    '  slipway logs shop -t',
    '  slipway logs shop -n 50 -p web.1',
    '  slipway logs shop --since 2h --grep refused',
  ]);
});

test('the help of a group has a line for each command', () => {
  const command = parseCommand(['config:help']);
  assert.ok(command.kind === 'help');
  const lines = texts(command.topic);
  assert.ok(lines.includes('  config:get APP|--global KEY           Print the value of one config variable'));
});

test('the overview names every group, and help --all every command that is not hidden', () => {
  const overview = texts({ about: 'overview' }).join('\n');
  for (const { name } of groups) assert.ok(overview.includes(`${name}:help`), name);
  const all = texts({ about: 'all' });
  for (const { name, operations, like } of groups) {
    if (like !== undefined)
      assert.ok(
        all.some((line) => line.includes(`${name}:`) && line.includes(like)),
        name,
      );
    for (const operation of like === undefined ? operations : []) {
      const found = all.some((line) => line.startsWith(`  ${operation} `));
      assert.equal(found, rowOf(operation).hidden !== true, operation);
    }
  }
});

test('every command can be asked for its help', () => {
  for (const name of operationNames) {
    assert.deepEqual(parseCommand([name, '--help']), { kind: 'help', topic: { about: 'command', name } });
    assert.ok(texts({ about: 'command', name }).some((line) => line.startsWith('  slipway ')));
  }
});

test('the pages of the docs have every command and every code, in whole tables', () => {
  const page = commandsPage();
  for (const { name, operations, like } of groups) {
    assert.ok(page.includes(`## ${name}\n`), name);
    for (const operation of like === undefined ? operations : [])
      assert.equal(page.includes(`### ${operation}\n`), rowOf(operation).hidden !== true, operation);
  }
  for (const line of page.split('\n').filter((line) => line.startsWith('| ')))
    assert.equal(line.match(/(?<!\\)\|/g)?.length, 3, line);
  assert.match(errorsPage(), /\| `E_APP_MISSING` \| 20 \| 404 \|/);
});
