import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { planDockerfile, readConfig } from '../plan-dockerfile.ts';

const main = 'package main\n\nfunc main() {}\n';
const mod = 'module example.com/team/shop\n\ngo 1.19\n';
const plain = { 'go.mod': mod, 'main.go': main };

const commandsOf = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));
const buildOf = (plan: ReturnType<typeof planOf>) => commandsOf(plan).find((line) => line.includes('/out'));

test('A program is built in one stage, and runs in another without a compiler.', () => {
  const plan = planOf({ ...plain, 'go.sum': '', 'static/style.css': '' });
  const caches = '--mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build';
  assert.equal(
    planDockerfile(plan),
    `FROM golang:1.19-bookworm AS build
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
WORKDIR /app
COPY go.mod go.sum /app/
ARG SLIPWAY_INSTALL_HASH
RUN ${caches} --mount=type=secret,id=slipway-install,mode=0444 ${readConfig('slipway-install')} go mod download
COPY . /app/
ARG SLIPWAY_CONFIG_HASH
RUN ${caches} --mount=type=secret,id=slipway-config,mode=0444 ${readConfig('slipway-config')} mkdir -p /out; go build -trimpath -ldflags="-s -w" -o /out/ .
RUN rm -rf vendor go.work go.work.sum go.mod go.sum; find . -name '*.go' -type f -delete

FROM debian:bookworm-slim AS runtime
ENV PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /app
RUN id -u 1000 >/dev/null 2>&1 || useradd --uid 1000 --user-group --no-log-init --home-dir /app --shell /bin/bash app; chown 1000:1000 /app
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends ca-certificates tzdata && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY --from=build --chown=1000:1000 /app /app
COPY --from=build /out /app/bin
USER 1000:1000
CMD ["bin/shop"]
`,
  );
  assert.deepEqual(plan.reasons, ['go.mod found', 'programs: the top']);
  assert.deepEqual(plan.warnings, []);
});

test('The version of go.mod is the least; what means a very version comes before it.', () => {
  const versionOf = (files: Record<string, string>, more = {}) =>
    planOf({ ...plain, ...files }, { registry: true, ...more }).versions[0];
  const standard = { name: 'Go', version: '1.26', wanted: 'at least 1.19', from: 'go.mod' };
  assert.deepEqual(versionOf({}), standard);
  assert.deepEqual(versionOf({ 'go.mod': 'module m\n' }), { ...standard, wanted: null, from: 'the default' });
  const toolchain = versionOf({ 'go.mod': 'module m\ngo 1.22.0\ntoolchain go1.24.3 // newer\n' });
  assert.equal(toolchain?.wanted, 'at least 1.24.3');
  const exact: Record<string, Record<string, string>> = {
    '.tool-versions': { '.tool-versions': 'nodejs 22\ngolang 1.22.4\n' },
    'mise.toml': { 'mise.toml': '[tools]\ngo = "1.22"\n' },
    '.go-version': { '.go-version': '1.22.1\n', '.tool-versions': 'golang 1.21\n' },
    '+heroku in go.mod': { 'go.mod': `// +heroku goVersion go1.22\n${mod}`, '.go-version': '1.21' },
  };
  for (const [from, files] of Object.entries(exact)) {
    assert.equal(versionOf(files)?.version, '1.22', from);
    assert.equal(versionOf(files)?.from, from);
  }
  assert.equal(versionOf({ '.go-version': '1.21' }, { wishes: { version: '1.20' } })?.version, '1.20');
});

test('A Go that is not to be had is told with the file that asks for it.', () => {
  assert.throws(() => planOf({ ...plain, 'go.mod': 'module m\n\ngo 1.23\n' }), {
    code: 'E_BUILD_PLAN',
    message: 'go.mod asks for Go at least 1.23, which is not to be had here; there is 1.19',
    hint: 'ask for another one: the line "go" of go.mod, or build.version in app.json',
  });
});

test('All programs of cmd/ are built; the web server is the only one, or has the name of the app or of the process.', () => {
  const only = planOf({
    'go.mod': mod,
    'cmd/api/main.go': main,
    'cmd/api/db.go': main,
    'x/x.go': 'package x',
  });
  assert.equal(only.start, 'bin/api');
  assert.match(buildOf(only) ?? '', / -o \/out\/ \.\/cmd\/api$/);
  const several = { 'go.mod': mod, 'cmd/shop/a.go': main, 'cmd/worker/b.go': main };
  assert.equal(planOf(several).start, 'bin/shop');
  assert.match(buildOf(planOf(several)) ?? '', / \.\/cmd\/shop \.\/cmd\/worker$/);
  assert.equal(planOf(several, { app: 'other', procfile: { web: 'shop -x' } }).start, null);
  assert.throws(() => planOf(several, { app: 'other' }), {
    code: 'E_BUILD_PLAN',
    message: 'Nothing tells which of the programs is the web server: shop, worker',
    hint: 'add a file Procfile with a line such as "web: shop"',
  });
});

test('A program is named by Go: without the number of a version.', () => {
  assert.equal(planOf({ ...plain, 'go.mod': 'module example.com/market/v2\n' }).start, 'bin/market');
  assert.equal(planOf({ 'go.mod': mod, 'cmd/main.go': main }).start, 'bin/cmd');
  assert.equal(planOf({ 'go.mod': mod, 'server/main.go': main }).start, 'bin/server');
});

test('The comment of Heroku says what is built.', () => {
  const text = `// +heroku install ./tools/... ./cmd/web\n${mod}`;
  const files = { 'cmd/web/a.go': main, 'cmd/other/a.go': main, 'tools/deep/x/a.go': main };
  const plan = planOf({ 'go.mod': text, ...files });
  assert.match(buildOf(plan) ?? '', / \.\/cmd\/web \.\/tools\/deep\/x$/);
  assert.equal(plan.start, 'bin/web');
});

test('Tests, tools that are run by hand, and folders that Go passes over, are no programs.', () => {
  const files = {
    'a_test.go': main,
    'gen.go': `//go:build ignore\n\n${main}`,
    'vendor/x/main.go': main,
    'testdata/main.go': main,
    '_old/main.go': main,
  };
  assert.throws(() => planOf({ 'go.mod': mod, ...files }), {
    code: 'E_BUILD_PLAN',
    message: 'No folder of the source has a program of Go (a file with "package main")',
  });
});

test('Modules that are committed are not fetched, those in folders are known before the code.', () => {
  const needs = `${mod}\nrequire (\n\texample.com/greet v1.0.0\n)\nreplace example.com/greet => ./greet\n`;
  const vendored = planOf({ ...plain, 'go.mod': needs, 'vendor/modules.txt': '' });
  assert.ok(!commandsOf(vendored).includes('go mod download'));
  const replaced = planOf({ ...plain, 'go.mod': needs, 'greet/go.mod': 'module example.com/greet' });
  assert.match(planDockerfile(replaced), /COPY go\.mod \/app\/\nCOPY greet\/go\.mod \/app\/greet\/\n/);
  assert.deepEqual(replaced.warnings, []);
  const unsummed = planOf({ ...plain, 'go.mod': `${mod}require example.com/greet v1.0.0\n` });
  assert.equal(unsummed.warnings[0]?.text, 'go.mod needs modules, but there is no go.sum');
  const outside = planOf({ ...plain, 'go.mod': needs.replace('./greet', '../greet') });
  assert.doesNotMatch(planDockerfile(outside), /greet/);
});

test('A workspace has the programs of all its modules.', () => {
  const plan = planOf({
    'go.work': 'go 1.19\nuse (\n\t./api\n\t./lib\n)\n',
    'api/go.mod': 'module example.com/api\n',
    'api/main.go': main,
    'lib/go.mod': 'module example.com/lib\n',
    'lib/lib.go': 'package lib\n',
  });
  assert.equal(plan.start, 'bin/api');
  assert.match(
    planDockerfile(plan),
    /COPY go\.work \/app\/\nCOPY api\/go\.mod \/app\/api\/\nCOPY lib\/go\.mod/,
  );
});

test('Modules that are bound to C are built with it; known frameworks are told.', () => {
  const text = `${mod}require github.com/gin-gonic/gin v1.9.1\nrequire github.com/h2non/bimg v1.1.9\n`;
  const plan = planOf(
    { ...plain, 'go.mod': text, 'go.sum': '' },
    { wishes: { packages: { build: ['jq'], run: [] } } },
  );
  assert.equal(plan.framework, 'Gin');
  assert.equal(plan.stages[0]?.env?.['CGO_ENABLED'], '1');
  assert.equal(plan.stages[1]?.env?.['GIN_MODE'], 'release');
  assert.match(commandsOf(plan)[0] ?? '', /jq libvips-dev/);
  assert.ok(commandsOf(plan).some((line) => /ca-certificates libvips42 tzdata/.test(line)));
});

test('app.json says how it is built and started, or that it makes pages.', () => {
  const wishes = { install: 'make deps', build: 'make', start: 'bin/x --web' };
  const plan = planOf({ 'go.mod': mod }, { wishes });
  assert.equal(plan.start, 'bin/x --web');
  assert.deepEqual(commandsOf(plan).slice(0, 2), ['make deps', 'mkdir -p /out; make']);
  const pages = planOf(plain, { wishes: { static: 'public' } });
  assert.equal(pages.stages[1]?.from, 'debian:bookworm-slim');
  assert.deepEqual(pages.stages[1]?.steps.at(-1), {
    kind: 'copy',
    paths: ['/app/public'],
    to: '/srv',
    from: 'build',
  });
});

test('Without a module there is nothing to build.', () => {
  assert.throws(() => planOf({ 'main.go': main }), { code: 'E_BUILD_PLAN', message: /^There is no go\.mod/ });
  assert.throws(() => planOf({ ...plain, 'go.mod': 'go 1.19\n' }), {
    message: 'go.mod has no line "module NAME"',
  });
  assert.throws(() => planOf({ 'go.work': 'use ./a\n', 'a/main.go': main }), { code: 'E_BUILD_PLAN' });
});
