import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { planDockerfile } from '../plan-dockerfile.ts';

const mix = (more = '', deps = '') =>
  `defmodule Shop.MixProject do\n  def project do\n    [app: :shop, version: "0.1.0", ${more} deps: deps()]\n  end\n  defp deps do\n    [${deps}]\n  end\nend\n`;

const commandsOf = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));

test('A release is made, and runs without Elixir', () => {
  const plan = planOf({ 'mix.exs': mix() });
  assert.deepEqual(commandsOf(plan).slice(0, 2), [
    'mix do deps.get --only prod, deps.compile',
    'mix do compile, release --overwrite --path /out',
  ]);
  assert.equal(plan.start, 'bin/shop start');
  const runtime = planDockerfile(plan).split('\n\n').at(-1) ?? '';
  assert.match(runtime, /^FROM debian:bookworm-slim AS runtime/);
  assert.match(runtime, /COPY --from=build --chown=1000:1000 \/out \/app/);
});

test('Hex comes only where something is fetched, and with a compiler', () => {
  const plan = planOf({
    'mix.exs': mix('', '{:plug, "~> 1.15"}'),
    'mix.lock': '%{"plug": {:hex, :plug, "1.15"}}\n',
  });
  const commands = commandsOf(plan);
  assert.ok(
    commands.some((line) => line.startsWith('mix local.hex --force && mix local.rebar --force && mix do')),
  );
  assert.ok(commands.some((line) => line.includes('build-essential')));
  assert.deepEqual(plan.warnings, []);
  const unlocked = planOf({ 'mix.exs': mix('', '{:plug, "~> 1.15"}') });
  assert.match(unlocked.warnings[0]?.text ?? '', /no mix\.lock/);
});

test('Phoenix: its pages are made, its server starts, and its secret is asked for', () => {
  const files = {
    'mix.exs': `${mix('', '{:phoenix, "~> 1.7"}')}# aliases\n["assets.deploy": ["esbuild shop --minify", "phx.digest"]]\n`,
    'mix.lock': '%{"phoenix": {:hex, :phoenix, "1.7"}}\n',
    'config/config.exs': '',
    'config/prod.exs': '',
    'config/runtime.exs': '',
  };
  const plan = planOf(files);
  assert.equal(plan.framework, 'Phoenix');
  assert.ok(commandsOf(plan).includes('mix assets.deploy'));
  assert.equal(plan.stages.at(-1)?.env?.['PHX_SERVER'], 'true');
  assert.match(plan.warnings[0]?.fix ?? '', /SECRET_KEY_BASE/);
  const copied = plan.stages[0]?.steps.flatMap((step) => (step.kind === 'copy' ? step.paths : []));
  assert.deepEqual(copied, ['mix.exs', 'mix.lock', 'config/config.exs', 'config/prod.exs', '.']);
  assert.equal(planOf({ ...files, 'rel/overlays/bin/server': '' }).start, 'bin/server');
});

test('The release is the one that is named; an umbrella has to name one', () => {
  assert.equal(planOf({ 'mix.exs': mix('releases: [web: []],') }).start, 'bin/web start');
  const umbrella = 'defmodule All do\n  def project, do: [apps_path: "apps", releases: [all: []]]\nend\n';
  const plan = planOf({ 'mix.exs': umbrella, 'apps/web/mix.exs': mix() });
  assert.ok(commandsOf(plan).includes('mix do compile, release all --overwrite --path /out'));
  const unnamed = 'defmodule All do\n  def project, do: [apps_path: "apps"]\nend\n';
  assert.throws(() => planOf({ 'mix.exs': unnamed }), { code: 'E_BUILD_PLAN', hint: /releases: \[/ });
});

test('The version is that of a file, else of mix.exs', () => {
  const versionOf = (files: Record<string, string>) => {
    const { version, from } = planOf({ 'mix.exs': mix(), ...files }, { registry: true }).versions[0] ?? {};
    return `${version} ${from}`;
  };
  assert.equal(versionOf({}), '1.18 the default');
  assert.equal(versionOf({ 'mix.exs': mix('elixir: "~> 1.14.0",') }), '1.14 mix.exs');
  assert.equal(versionOf({ 'mix.exs': mix('elixir: ">= 1.15.0 and < 1.17.0",') }), '1.16 mix.exs');
  assert.equal(
    versionOf({ 'elixir_buildpack.config': 'elixir_version=v1.15.7\n' }),
    '1.15 elixir_buildpack.config',
  );
  assert.equal(versionOf({ '.tool-versions': 'erlang 26.0\nelixir 1.17.3-otp-26\n' }), '1.17 .tool-versions');
});
