import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../base/failure.ts';
import { kindNames } from '../model/service-kind.ts';
import { splitShellWords } from '../model/shell-words.ts';
import { checkInput } from './check-input.ts';
import type { Field } from './field.ts';
import { stdinCommands } from './message.ts';
import { changes } from './operation.ts';
import {
  commandNames,
  findOperation,
  groups,
  type OperationName,
  operationNames,
  rowOf,
} from './operations.ts';
import { parseCommand } from './parse-command.ts';

/** The words of an example; what a shell would do with `< FILE` is left out. */
function wordsOf(example: string): readonly string[] {
  return splitShellWords(example.replace(/ < .*$/, ''));
}

/** The record of an example with something piped in. */
function rawOf(example: string): Record<string, unknown> {
  const command = parseCommand(wordsOf(example));
  assert.equal(command.kind, 'run');
  if (command.kind !== 'run') return {};
  return command.stdinField === null
    ? { ...command.input }
    : { ...command.input, [command.stdinField]: 'text' };
}

for (const name of operationNames) {
  const row = rowOf(name);

  test(`${name} accepts its own examples`, () => {
    assert.ok(row.examples.length > 0);
    for (const example of row.examples) {
      assert.equal(findOperation(wordsOf(example)[0] ?? ''), name);
      checkInput(name, rawOf(example));
    }
  });

  test(`${name} is explained: a summary without a full stop, help for each field`, () => {
    assert.match(row.summary, /^[A-Z].*[^.]$/);
    for (const [key, field] of Object.entries(row.input)) {
      assert.notEqual(field.help, '', key);
      assert.notEqual(
        field.place === 'flag' || field.place === 'stdin' ? 'none needed' : field.placeholder,
        '',
        key,
      );
    }
  });

  test(`${name} refuses fields that it does not have`, () => {
    const raw = { ...rawOf(row.examples[0] ?? ''), surprise: 1 };
    assert.throws(() => checkInput(name, raw), { code: 'E_INPUT', message: 'Unknown: "surprise"' });
  });
}

test('every operation is in exactly one group, and no two share a name', () => {
  assert.deepEqual(groups.flatMap(({ operations }) => operations).sort(), [...operationNames].sort());
  const names = operationNames.flatMap((name) => [name, ...(rowOf(name).aliases ?? [])]);
  assert.equal(new Set(names).size, names.length);
});

test('hidden operations work and are not listed', () => {
  assert.equal(findOperation('git:receive'), 'git:receive');
  assert.ok(!commandNames.includes('git:receive') && commandNames.includes('apps:create'));
});

test('the list for the command line program says of standard input what the table says', () => {
  const wanted = operationNames.flatMap((name) => {
    const fields = Object.values(rowOf(name).input);
    if (fields.some(({ place }) => place === 'stdin')) return [[name, 'text']];
    const { stdin, terminal } = rowOf(name);
    const how = fields.some(({ takesDashes }) => takesDashes) ? 'stream' : 'pipe';
    return stdin ? [[name, terminal ? 'terminal' : how]] : [];
  });
  assert.deepEqual({ ...stdinCommands }, Object.fromEntries(wanted));
});

test('ps:scale without a number only reads', () => {
  const row = rowOf('ps:scale');
  assert.equal(changes(row, checkInput('ps:scale', { app: 'shop' })), false);
  assert.equal(changes(row, checkInput('ps:scale', { app: 'shop', formation: ['web=1'] })), true);
  assert.equal(changes(rowOf('apps:list'), {}), false);
});

/** What a shell, a path, a config file or an argument list could read as more than a name. */
const hostile = [
  'a;b',
  '$(id)',
  '`id`',
  'a\nb',
  'a\r\nb',
  '../x',
  'a b',
  '"',
  "'",
  'a|b',
  'a&b',
  '<x',
  'a\0b',
  'a\\b',
  '',
  'ä\u202e',
];

/** Their values are checked by what they are for: see below. */
const free = new Set([
  ...[
    'apps',
    'builds',
    'checks',
    'cleanup',
    'git',
    'images',
    'letsencrypt',
    'logs',
    'ps',
    'releases',
    'router',
  ].map((group) => `${group}:set value`),
  ...['builder', 'builder-dockerfile'].map((group) => `${group}:set value`),
  'git:auth password',
  ...kindNames.flatMap((kind) => [
    ...['create', 'clone', 'fork', 'upgrade'].flatMap((verb) => [
      `${kind}:${verb} customEnv`,
      `${kind}:${verb} configOptions`,
    ]),
    `${kind}:link query`,
    `${kind}:enter command`,
    `${kind}:backup-auth secretKey`,
    `${kind}:backup-set-encryption passphrase`,
  ]),
  'logs grep',
]);

const isNamed = (field: Field) => field.place !== 'flag' && field.place !== 'stdin';

test('every name of every operation refuses what could be more than a name', () => {
  for (const name of operationNames) {
    const good = rawOf(rowOf(name).examples[0] ?? '');
    for (const [key, field] of Object.entries(rowOf(name).input).filter(([, field]) => isNamed(field))) {
      if (free.has(`${name} ${key}`)) continue;
      for (const value of hostile)
        refuses(name, { ...good, [key]: field.place === 'rest' ? [value] : value });
    }
  }
});

/** Setters of an app -> properties whose value has a form. */
const formed: Partial<Record<OperationName, readonly string[]>> = {
  'git:set': ['deploy-branch'],
  'builds:set': ['timeout'],
  'releases:set': ['keep'],
  'logs:set': ['max-size', 'router-lines'],
  'ps:set': ['stop-timeout-seconds', 'restart-policy', 'procfile-path'],
  'checks:set': ['wait-to-retire', 'websocket-timeout'],
  'builder:set': ['selected', 'build-dir'],
  'builder-dockerfile:set': ['dockerfile-path', 'target', 'build-args'],
  'letsencrypt:set': ['email', 'server', 'key-type', 'profile', 'dns-provider', 'enabled'],
  'router:set': ['https-redirect', 'hsts', 'hsts-max-age', 'hsts-include-subdomains', 'hsts-preload'],
};

/** The same of those that are set for all apps. */
const formedGlobally: typeof formed = {
  'apps:set': ['disable-autocreation'],
  'cleanup:set': ['image-budget', 'cache-budget', 'log-budget', 'min-free'],
  'letsencrypt:set': ['fallback-server'],
  'router:set': ['tls-min-version', 'http2'],
};

test('the values of properties are checked by what they are for', () => {
  const rows = (table: typeof formed) => Object.entries(table) as [OperationName, readonly string[]][];
  for (const value of hostile.filter((text) => text !== '')) {
    for (const [name, properties] of rows(formed))
      for (const property of properties) refuses(name, { app: 'shop', property, value });
    for (const [name, properties] of rows(formedGlobally))
      for (const property of properties) refuses(name, { app: null, property, value });
    if (value !== 'a b') refuses('builder:set', { app: 'shop', property: 'watch-paths', value });
    for (const property of ['source', 'mirror', 'prefix']) refuses('images:set', { property, value });
  }
});

function refuses(name: OperationName, raw: Record<string, unknown>): void {
  const refused = (error: unknown) => error instanceof Failure && error.code === 'E_INPUT';
  assert.throws(() => checkInput(name, raw), refused, `${name} ${JSON.stringify(raw)}`);
}
