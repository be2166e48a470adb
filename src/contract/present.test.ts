import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line } from '../model/line.ts';
import { checkInput } from './check-input.ts';
import type { OperationName, OutputOf } from './operations.ts';
import { exitOf, present, type Presentation } from './present.ts';
import { renderLine } from './render.ts';
import { row } from './report.ts';

const plain: Presentation = { format: 'text', quiet: false, info: null, now: 0 };
const at = '2026-01-02T03:04:05.678Z';

/** What a terminal shows of an output. */
function shown<N extends OperationName>(
  what: { name: N; raw: object; output: OutputOf<N> },
  how: Partial<Presentation> = {},
) {
  const input = checkInput(what.name, what.raw);
  return text(present({ name: what.name, input, output: what.output }, { ...plain, ...how }));
}

function text(lines: readonly Line[]): readonly string[] {
  return lines.map((line) => renderLine(line, { color: false }).text);
}

const shop = { name: 'shop', createdAt: at, release: 3, stopped: false, locked: false };

test('apps:list prints a header and one name a line', () => {
  const what = { name: 'apps:list', raw: {}, output: [shop, { ...shop, name: 'blog' }] } as const;
  assert.deepEqual(shown(what), ['=====> My Apps', 'shop', 'blog']);
  assert.deepEqual(JSON.parse(shown(what, { format: 'json' }).join('\n')), what.output);
});

test('apps:exists answers by its exit status, and says on stderr which app is missing', () => {
  const lines = present({ name: 'apps:exists', input: { app: 'shop' }, output: { exists: false } }, plain);
  assert.deepEqual(lines, [{ kind: 'warning', text: 'App shop does not exist' }]);
  assert.equal(exitOf({ name: 'apps:exists', output: { exists: false } }), 20);
  assert.equal(exitOf({ name: 'apps:exists', output: { exists: true } }), 0);
  assert.equal(exitOf({ name: 'apps:list', output: [] }), 0);
});

test('config:show puts the values below each other', () => {
  const output = { ENV: 'prod', COMPILE_ASSETS: '1' };
  assert.deepEqual(shown({ name: 'config:show', raw: { app: 'shop' }, output }), [
    '=====> shop env vars',
    'ENV:             prod',
    'COMPILE_ASSETS:  1',
  ]);
  assert.equal(shown({ name: 'config:show', raw: { app: null }, output: {} })[0], '=====> global env vars');
});

test('config:get prints the bare value, or nothing and exit status 1', () => {
  const raw = { app: 'shop', key: 'A' };
  assert.deepEqual(shown({ name: 'config:get', raw, output: { value: 'a b\nc' } }), ['a b\nc']);
  assert.deepEqual(shown({ name: 'config:get', raw: { ...raw, quoted: true }, output: { value: "it's" } }), [
    `'it'\\''s'`,
  ]);
  assert.deepEqual(shown({ name: 'config:get', raw, output: { value: null } }), []);
  assert.equal(exitOf({ name: 'config:get', output: { value: null } }), 1);
});

test('a property setter tells what it set', () => {
  const raw = { app: 'shop', property: 'deploy-branch' };
  const set = {
    name: 'git:set',
    raw: { ...raw, value: 'main' },
    output: { property: 'deploy-branch', value: 'main' },
  } as const;
  const unset = { name: 'git:set', raw, output: { property: 'deploy-branch', value: null } } as const;
  assert.deepEqual(shown(set), ['=====> Setting deploy-branch to main']);
  assert.deepEqual(shown(unset), ['=====> Unsetting deploy-branch']);
});

const report = [
  { app: 'shop', group: 'ps', rows: [row('Ps running', true), row('Ps deploy branch', 'main')] },
  { app: 'blog', group: 'ps', rows: [row('Ps running', false), row('Ps deploy branch', null)] },
];

test('a report has its rows at column 38', () => {
  assert.deepEqual(shown({ name: 'ps:report', raw: {}, output: report }), [
    '=====> shop ps information',
    '       Ps running:                    true',
    '       Ps deploy branch:              main',
    '=====> blog ps information',
    '       Ps running:                    false',
    '       Ps deploy branch:',
  ]);
});

test('one flag asks for one bare value, with or without the group in its name', () => {
  const what = { name: 'ps:report', raw: { app: 'shop' }, output: report.slice(0, 1) } as const;
  assert.deepEqual(shown(what, { info: 'ps-running' }), ['true']);
  assert.deepEqual(shown(what, { info: 'running' }), ['true']);
  assert.throws(() => shown(what, { info: 'colour' }), {
    code: 'E_INPUT',
    message: 'Invalid flag passed: --colour',
    hint: 'valid flags: --ps-running, --ps-deploy-branch',
  });
});

test('a report as JSON drops the group from its keys', () => {
  const of = (raw: object, output: typeof report) =>
    JSON.parse(shown({ name: 'ps:report', raw, output }, { format: 'json' }).join('\n'));
  assert.deepEqual(of({ app: 'shop' }, report.slice(0, 1)), { running: 'true', 'deploy-branch': 'main' });
  assert.deepEqual(of({}, report), {
    shop: { running: 'true', 'deploy-branch': 'main' },
    blog: { running: 'false', 'deploy-branch': '' },
  });
});

test('releases are listed in columns', () => {
  const item = {
    version: 10,
    current: true,
    state: 'passed',
    description: 'Set A',
    by: 'alice',
    createdAt: at,
    revision: null,
  } as const;
  const output = [
    item,
    { ...item, version: 9, current: false, state: 'failed' as const, description: 'Deploy 1a2b3c4' },
  ];
  assert.deepEqual(shown({ name: 'releases', raw: { app: 'shop' }, output }), [
    '=====> shop releases',
    'v10  current  Set A           alice  2026-01-02T03:04:05Z',
    'v9   failed   Deploy 1a2b3c4  alice  2026-01-02T03:04:05Z',
  ]);
});

test('a release tells what it is made of', () => {
  const output = {
    app: 'shop',
    version: 3,
    current: true,
    state: 'passed' as const,
    description: 'Deploy 1a2b3c4',
    by: 'alice',
    createdAt: at,
    revision: '1a2b3c4',
    deploy: 7,
    image: { id: 'sha256:1', digest: null },
    build: {
      builder: 'dockerfile',
      bases: [
        { name: 'node:22-slim', id: 'sha256:2', digest: null, from: 'packages' as const },
        { name: 'nginx:1', id: 'sha256:3', digest: 'sha256:4', from: 'registry' as const },
      ],
      language: null,
      plan: null,
      watched: null,
    },
    processes: { web: { command: null, count: 2 }, worker: { command: 'node w.js', count: 1 } },
    configKeys: ['A', 'B'],
    domains: ['shop.localhost'],
  };
  assert.deepEqual(shown({ name: 'releases:info', raw: { app: 'shop', release: 3 }, output }), [
    '=====> shop v3',
    '       State:        current',
    '       Description:  Deploy 1a2b3c4',
    '       By:           alice',
    '       Created at:   2026-01-02T03:04:05Z',
    '       Deploy:       7',
    '       Revision:     1a2b3c4',
    '       Image:        sha256:1',
    '       Builder:      dockerfile',
    '       Base:         node:22-slim sha256:2 (packages)',
    '       Base:         nginx:1 sha256:4 (registry)',
    "       Processes:    web=2 (the image's command), worker=1 (node w.js)",
    '       Config:       A B',
    '       Domains:      shop.localhost',
  ]);
});

test('ps:scale without numbers shows the formation, with numbers what it did was told already', () => {
  const output = {
    release: null,
    replaced: null,
    changed: false,
    urls: [],
    formation: [{ type: 'web', count: 2 }],
  };
  assert.deepEqual(shown({ name: 'ps:scale', raw: { app: 'shop' }, output }), [
    '-----> Scaling for shop',
    'proctype: qty',
    '--------: ---',
    'web: 2',
  ]);
  const raw = { app: 'shop', formation: ['web=2'] };
  assert.deepEqual(shown({ name: 'ps:scale', raw, output }), ['       Nothing changed']);
  assert.deepEqual(shown({ name: 'ps:scale', raw, output: { ...output, release: 4, changed: true } }), []);
});

test('keys, events and images are listed for scripts', () => {
  const key = { name: 'alice', fingerprint: 'SHA256:abc', addedAt: at, role: 'admin' as const };
  assert.deepEqual(shown({ name: 'ssh-keys:list', raw: {}, output: [key] }), [
    'SHA256:abc NAME="alice" ROLE="admin"',
  ]);
  const event = {
    id: 1,
    at,
    actor: 'alice',
    operation: 'config:set',
    app: 'shop',
    subject: 'A',
    outcome: 'ok',
  };
  assert.deepEqual(shown({ name: 'events', raw: {}, output: [event] }), [
    '2026-01-02T03:04:05Z  alice  config:set  shop  ok  A',
  ]);
  const image = {
    name: 'node:22',
    present: true,
    id: 'sha256:1',
    bytes: 131_400_000,
    from: 'packages',
    createdAt: at,
    recipeChanged: false,
    usedBy: ['blog', 'shop'],
  } as const;
  const older = { ...image, recipeChanged: true };
  assert.deepEqual(shown({ name: 'images:list', raw: {}, output: [image] }), [
    'node:22  here, from packages  131 MB  just now  used by blog, shop',
  ]);
  assert.match(
    shown({ name: 'images:list', raw: {}, output: [older] })[0] ?? '',
    /here, from packages, by an older recipe  131 MB/,
  );
});

test('domains tell what is theirs now', () => {
  const raw = { app: 'shop', domains: ['a.com'] };
  const output = { domains: ['shop.localhost', 'a.com'], changed: true };
  assert.deepEqual(shown({ name: 'domains:add', raw, output }), [
    '-----> Added a.com to shop; its domains:',
    '       shop.localhost',
    '       a.com',
  ]);
  assert.deepEqual(shown({ name: 'domains:add', raw, output: { ...output, changed: false } }), [
    '       Nothing changed',
  ]);
});
