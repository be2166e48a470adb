import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { planDockerfile } from '../plan-dockerfile.ts';

const json = (content: object) => ({ 'deno.json': JSON.stringify(content) });
const app = { ...json({}), 'main.ts': '', 'deno.lock': '{}' };

const commandsOf = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));

test('What is needed is downloaded before the code, and nothing when it starts', () => {
  const plan = planOf(app);
  assert.deepEqual(commandsOf(plan), ['deno install --frozen', 'deno cache main.ts']);
  const [deps, , runtime] = planDockerfile(plan).split('\n\n');
  assert.match(deps ?? '', /^FROM denoland\/deno:2 AS deps\n[\s\S]*COPY deno\.json deno\.lock \/app\//);
  assert.match(runtime ?? '', /COPY --from=build --chown=1000:1000 \/deno-dir \/deno-dir/);
  assert.deepEqual(plan.warnings, []);
});

test('Without a lock there is a warning; a workspace goes whole before its dependencies', () => {
  const plan = planOf({ ...json({ workspace: ['./api'] }), 'main.ts': '', 'api/deno.json': '{}' });
  assert.match(plan.warnings[0]?.text ?? '', /no deno\.lock/);
  assert.ok(plan.stages[0]?.steps.some((step) => step.kind === 'copy' && step.paths.includes('.')));
  assert.ok(commandsOf(plan).includes('deno install'));
});

describe('what starts', () => {
  const startOf = (tasks: object, files: Record<string, string> = {}) =>
    planOf({ ...json({ tasks }), ...files }).start;

  test('is the command of the task itself, so that SIGTERM reaches it', () => {
    assert.equal(startOf({ start: 'deno run -A src/web.ts' }), 'deno run -A src/web.ts');
    assert.equal(startOf({ start: 'deno run --watch -A main.ts' }), 'deno run -A main.ts');
    assert.equal(startOf({ start: { command: 'deno run -A main.ts' } }), 'deno run -A main.ts');
  });

  test('is told where to listen where it serves', () => {
    const line = 'deno serve --host 0.0.0.0 --port $PORT -A _fresh/server.js';
    assert.equal(startOf({ start: 'deno serve -A _fresh/server.js' }), line);
    assert.equal(startOf({ start: 'deno serve --port 8080 a.ts' }), 'deno serve --port 8080 a.ts');
  });

  test('is the task where it needs a shell, and a program without a task', () => {
    assert.equal(startOf({ start: 'cd web && deno run -A main.ts' }), 'deno task start');
    assert.equal(startOf({}, { 'server.ts': '' }), 'deno run -A server.ts');
    assert.equal(startOf({}, { 'src/main.ts': '' }), 'deno run -A src/main.ts');
    assert.throws(() => startOf({}), { code: 'E_NO_START' });
  });
});

test('A task that builds is run with the config, and a known framework is named', () => {
  const plan = planOf({
    ...json({ imports: { hono: 'jsr:@hono/hono@4' }, tasks: { build: 'vite build' } }),
    'main.ts': '',
  });
  assert.equal(plan.framework, 'Hono');
  assert.ok(commandsOf(plan).includes('deno task build'));
});

test('A project of Node is one of Deno only where its tasks start it', () => {
  const both = { 'package.json': '{}', 'server.js': '', ...json({}) };
  assert.equal(planOf(both).language, 'node');
  assert.equal(planOf({ ...both, ...json({ tasks: { start: 'deno run -A server.js' } }) }).language, 'deno');
});

test('A deno.json that cannot be read is named', () => {
  assert.throws(() => planOf({ 'deno.json': '{' }), { code: 'E_BUILD_PLAN', message: /deno\.json/ });
});
