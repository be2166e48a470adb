import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../base/failure.ts';
import { noWishes } from './build-wishes.ts';
import { emptyAppJson, parseAppJson, startupCheck } from './app-json.ts';
import { defaultCheck } from './check.ts';

const problems = (text: string): readonly string[] => {
  try {
    parseAppJson(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.code, 'E_APP_JSON');
    return error.detail.length > 0 ? error.detail : [error.message];
  }
};

/** The check of `web` with one healthcheck. */
const web = (healthcheck: object) =>
  startupCheck('web', parseAppJson(JSON.stringify({ healthchecks: { web: [healthcheck] } })));

test('Comments, closing commas and a byte order mark are fine; an empty object declares nothing.', () => {
  const text = '\uFEFF{\n // said\n "env": {"A": "b",}, /* and\n more */ "cron": [],\n}';
  assert.deepEqual(parseAppJson(text).env, {
    A: { value: 'b', required: true, generator: null, description: null },
  });
  assert.deepEqual(parseAppJson('{}'), emptyAppJson);
  assert.deepEqual(emptyAppJson, {
    env: {},
    formation: {},
    healthchecks: {},
    cron: [],
    scripts: { predeploy: null, postdeploy: null, firstDeploy: null },
    buildpacks: [],
    build: noWishes,
  });
});

test('All that is used is read.', () => {
  const text = JSON.stringify({
    env: { KEY: { generator: 'secret', required: false, description: 'for cookies' }, MODE: { value: 'x' } },
    formation: {
      web: { quantity: 2, max_parallel: 1, memory: '512M', cpu: '0.5' },
      worker: { memory: 1024, cpu: 2 },
    },
    cron: [
      { command: 'bin/clean', schedule: '0 1 * * MON-FRI' },
      { command: 'x', schedule: '@daily', concurrency_policy: 'forbid', maintenance: true },
    ],
    scripts: { dokku: { predeploy: 'a', postdeploy: 'b' }, postdeploy: 'c' },
    buildpacks: [{ url: 'heroku/python' }],
  });
  assert.deepEqual(parseAppJson(text), {
    ...emptyAppJson,
    env: {
      KEY: { value: null, generator: 'secret', required: false, description: 'for cookies' },
      MODE: { value: 'x', generator: null, required: true, description: null },
    },
    formation: {
      web: { quantity: 2, maxParallel: 1, memory: 512 * 1024 ** 2, cpus: 0.5 },
      worker: { quantity: null, maxParallel: null, memory: 1024, cpus: 2 },
    },
    cron: [
      { command: 'bin/clean', schedule: '0 1 * * MON-FRI', concurrency: 'allow', maintenance: false },
      { command: 'x', schedule: '@daily', concurrency: 'forbid', maintenance: true },
    ],
    scripts: { predeploy: 'a', postdeploy: 'b', firstDeploy: 'c' },
    buildpacks: ['heroku/python'],
  });
});

test('Keys that other platforms know are accepted.', () => {
  const other = [
    'name',
    'description',
    'keywords',
    'website',
    'repository',
    'logo',
    'success_url',
    'addons',
    'stack',
  ];
  const text = JSON.stringify({
    ...Object.fromEntries([...other, 'image', 'environments', '$schema'].map((key) => [key, 'x'])),
    formation: { web: { size: 'standard-1x', autoscaling: {}, service: {} } },
    scripts: { test: 'x', 'test-setup': 'x', 'pr-predestroy': 'x' },
    env: { A: { value: 'x', sync: true } },
  });
  assert.deepEqual(problems(text), []);
});

test('All that is wrong or unknown is told at once, each with its path.', () => {
  const text = JSON.stringify({
    nam: 1,
    env: { '1A': 'x', B: 3, C: { value: 3, x: 1 }, D: { generator: 'random' } },
    formation: { web: { quantity: -1, memory: '12 apples', cpu: 'x' }, 'a b': {}, w: 3 },
    healthchecks: {
      web: [
        { path: 'x', uptime: 1 },
        {},
        { path: '/', timeout: '5', type: 'liveness' },
        { scheme: 'https', path: '/' },
      ],
      b: [{ uptime: 1 }, { uptime: 2 }],
      c: [{ command: [1] }],
      d: [{ path: '/', httpHeaders: [{ name: 'a b', value: 'c\r\nd' }] }],
    },
    cron: [{ command: '', schedule: 'x' }],
    scripts: { dokku: { build: 'x' } },
    buildpacks: ['a'],
  });
  assert.deepEqual(problems(text).toSorted(), [
    'buildpacks[0]: expected object, received string',
    'cron[0].command: must not be empty',
    'cron[0].schedule: must have five fields, such as "0 1 * * *", or be @daily or the like',
    'env.1A: "1A" is not a name of an environment variable: letters, digits and _, no digit first',
    'env.B: must be a text, or an object with value, required, generator, description',
    'env.C.value: expected string, received number',
    'env.C.x: unknown key',
    'env.D.generator: expected "secret"',
    'formation.a b: process type "a b" must be letters, digits, - and _',
    'formation.w: expected object, received number',
    'formation.web.cpu: must be a number of cores such as 0.5',
    'formation.web.memory: must be a size such as "512M"',
    'formation.web.quantity: Too small: expected number to be >=0',
    'healthchecks.b: must have at most one check of type startup',
    'healthchecks.c[0].command: must be a text, or a list of texts',
    'healthchecks.d[0].httpHeaders[0].name: must be a name of an HTTP header',
    'healthchecks.d[0].httpHeaders[0].value: must be ASCII on one line',
    'healthchecks.web[0].path: must begin with / and have no spaces',
    'healthchecks.web[0]: must have exactly one of path, command, listening, uptime; it has path and uptime',
    'healthchecks.web[1]: must have exactly one of path, command, listening, uptime; it has none',
    'healthchecks.web[2].timeout: expected number, received string',
    'healthchecks.web[3].scheme: must be http: processes are reached without TLS',
    'nam: unknown key',
    'scripts.dokku.build: unknown key',
  ]);
});

test('A mistake of JSON is told with line and column.', () => {
  assert.deepEqual(problems('{"a":\n 1 2}'), ['app.json: line 2, column 4: Comma expected']);
  assert.deepEqual(problems(''), ['app.json: line 1, column 1: Value expected']);
  assert.deepEqual(problems('[]'), ['app.json: the whole file: expected object, received array']);
});

test('A path is asked for by HTTP and healthy below 400.', () => {
  assert.deepEqual(web({ type: 'startup', path: '/up' }), {
    probe: { kind: 'http', path: '/up', port: null, headers: {}, below: 400, content: null },
    initialDelay: 0,
    timeout: 5000,
    window: 30_000,
    warnOnly: false,
  });
  const all = {
    path: '/',
    content: 'ok',
    port: 8080,
    warn: true,
    scheme: 'http',
    attempts: 2,
    initialDelay: 1.5,
    timeout: 3,
    wait: 4,
    httpHeaders: [{ name: 'Host', value: 'shop.example.com' }],
  };
  assert.deepEqual(web(all), {
    probe: {
      kind: 'http',
      path: '/',
      port: 8080,
      headers: { Host: 'shop.example.com' },
      below: 400,
      content: 'ok',
    },
    initialDelay: 1500,
    timeout: 3000,
    window: 15_500,
    warnOnly: true,
  });
});

test('Commands, listening and uptime become their probes, and the window outlasts the uptime.', () => {
  assert.deepEqual(web({ command: ['bin/check', 'a b'] }).probe, {
    kind: 'command',
    argv: ['bin/check', 'a b'],
  });
  assert.deepEqual(web({ command: 'test -f $HOME/up' }).probe, {
    kind: 'command',
    argv: ['/bin/sh', '-c', 'test -f $HOME/up'],
  });
  assert.deepEqual(web({ listening: true, port: 25 }).probe, { kind: 'listening', port: 25 });
  const uptime = web({ uptime: 60, initialDelay: 1 });
  assert.deepEqual(uptime.probe, { kind: 'uptime', milliseconds: 60_000 });
  assert.equal(uptime.window, 66_000);
});

test('A type without a startup check has the default one, whatever it is called.', () => {
  const appJson = parseAppJson(
    '{"healthchecks": {"web": [{"type": "liveness", "path": "/"}, {"type": "readiness", "uptime": 1}]}}',
  );
  for (const type of ['web', 'worker', 'constructor'])
    assert.deepEqual(startupCheck(type, appJson), defaultCheck(type));
});

test('Any text is read or refused with what is wrong, never anything else.', () => {
  const anything = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }), almostAppJson.map(textOf));
  fc.assert(
    fc.property(anything, (text) => void problems(text)),
    { numRuns: 500 },
  );
});

test('What is declared is what is read, and no name of a key reaches further than its entry.', () => {
  const key = fc.constantFrom('A', 'PATH', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'B_1');
  const env = fc.dictionary(key, fc.string());
  fc.assert(
    fc.property(env, (declared) => {
      const text = JSON.stringify({ env: declared });
      if (problems(text).length > 0) return;
      const read = parseAppJson(text).env;
      const own = Object.keys(JSON.parse(JSON.stringify(declared)) as object);
      assert.deepEqual(Object.keys(read).sort(), own.sort());
      for (const name of own) assert.equal(read[name]?.value, declared[name]);
      assert.equal(Object.getPrototypeOf(read), Object.getPrototypeOf(emptyAppJson.env));
    }),
  );
});

/** The keys of app.json with any values in them. */
const almostAppJson = fc.record(
  {
    env: fc.jsonValue(),
    formation: fc.dictionary(fc.constantFrom('web', 'worker'), fc.jsonValue()),
    healthchecks: fc.dictionary(fc.constant('web'), fc.array(fc.jsonValue())),
    cron: fc.array(fc.jsonValue()),
    scripts: fc.jsonValue(),
    buildpacks: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

function textOf(value: unknown): string {
  return JSON.stringify(value);
}
