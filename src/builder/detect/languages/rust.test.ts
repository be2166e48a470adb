import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { planDockerfile, readConfig } from '../plan-dockerfile.ts';

const manifest = '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n';
const plain = { 'Cargo.toml': manifest, 'Cargo.lock': 'version = 3\n', 'src/main.rs': '' };

const commandsOf = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));

test('A program is built with all that cargo made before, and runs without it.', () => {
  const plan = planOf(plain);
  const caches = ['/usr/local/cargo/registry', '/usr/local/cargo/git', '/app/target']
    .map((target) => `--mount=type=cache,target=${target}`)
    .join(' ');
  const [build, runtime] = planDockerfile(plan).split('\n\n');
  assert.equal(
    build,
    `FROM rust:1.63-slim-bookworm AS build
WORKDIR /app
COPY . /app/
ARG SLIPWAY_CONFIG_HASH
RUN ${caches} --mount=type=secret,id=slipway-config,mode=0444 ${readConfig('slipway-config')} mkdir -p /out; find . -path ./target -prune -o -type f -exec touch {} +; cargo build --release --bins --locked && cp target/release/shop /out/
RUN rm -rf target vendor; find . -name '*.rs' -type f -delete`,
  );
  assert.match(
    runtime ?? '',
    /^FROM debian:bookworm-slim .*COPY --from=build \/out \/app\/bin\n.*CMD \["bin\/shop"\]\n$/s,
  );
  assert.deepEqual(plan.reasons, ['Cargo.toml found', 'programs: shop']);
  assert.deepEqual(plan.ignore, ['target']);
});

test('The version is that of the toolchain file, else the least that the files can do with.', () => {
  const versionOf = (files: Record<string, string>, more = {}) => {
    const { version, from } = planOf({ ...plain, ...files }, { registry: true, ...more }).versions[0] ?? {};
    return `${version} ${from}`;
  };
  assert.equal(versionOf({}), '1.95 the default');
  assert.equal(
    versionOf({ 'rust-toolchain.toml': '[toolchain]\nchannel = "1.85.0"\n' }),
    '1.85 rust-toolchain.toml',
  );
  assert.equal(versionOf({ 'rust-toolchain': '1.80\n' }), '1.80 rust-toolchain');
  assert.equal(versionOf({ 'rust-toolchain': 'stable\n' }), '1.95 the default');
  assert.equal(versionOf({ '.tool-versions': 'rust 1.82.0\n' }), '1.82 .tool-versions');
  assert.equal(versionOf({ 'Cargo.toml': `${manifest}rust-version = "1.79"\n` }), '1.95 Cargo.toml');
  assert.equal(versionOf({ 'rust-toolchain': '1.80' }, { wishes: { version: '1.90' } }), '1.90 app.json');
});

test('A Rust that is too old for the files is told before the build.', () => {
  assert.throws(() => planOf({ ...plain, 'Cargo.lock': '# x\nversion = 4\n' }), {
    code: 'E_BUILD_PLAN',
    message:
      'Cargo.lock (its version is 4) asks for Rust at least 1.78, which is not to be had here; there is 1.63',
  });
  const edition = { 'Cargo.toml': manifest.replace('2021', '2024') };
  assert.throws(() => planOf({ ...plain, ...edition, 'rust-toolchain': '1.80' }, { registry: true }), {
    code: 'E_BUILD_PLAN',
    message: 'rust-toolchain asks for Rust 1.80, but edition 2024 in Cargo.toml needs at least 1.85',
    hint: 'ask for 1.85 or a newer one in rust-toolchain',
  });
  assert.throws(() => planOf({ ...plain, 'rust-toolchain': 'nightly-2025-01-01' }), {
    message: 'rust-toolchain asks for Rust nightly-2025-01-01, and only numbered versions are to be had',
  });
});

test('A toolchain file, and what app.json installs, are done before the code.', () => {
  const files = { ...plain, 'rust-toolchain.toml': '[toolchain]\nchannel = "1.63"\n' };
  const wishes = { install: 'cargo install trunk', packages: { build: ['protobuf-compiler'], run: [] } };
  const commands = commandsOf(planOf(files, { wishes }));
  assert.match(commands[0] ?? '', /apt-get install .* protobuf-compiler /);
  assert.deepEqual(commands.slice(1, 3), ['cargo --version', 'cargo install trunk']);
});

test('Of several programs the web server has the name of the package, of the app or of the process.', () => {
  const more = { 'src/bin/web.rs': '', 'src/bin/import/main.rs': '', 'src/bin/import/parts.rs': '' };
  const all = planOf({ ...plain, ...more });
  assert.deepEqual(all.reasons[1], 'programs: import, web, shop');
  assert.equal(all.start, 'bin/shop');
  const { 'src/main.rs': _main, ...library } = plain;
  assert.equal(planOf({ ...library, ...more }).start, 'bin/web');
  const run = { 'Cargo.toml': `${manifest}default-run = "import"\n` };
  assert.equal(planOf({ ...plain, ...more, ...run }).start, 'bin/import');
  const named = { 'Cargo.toml': `${manifest}[[bin]]\nname = "server"\npath = "src/main.rs"\n` };
  assert.equal(planOf({ ...plain, ...named }).start, 'bin/server');
  assert.throws(() => planOf({ ...library, 'src/bin/a.rs': '', 'src/bin/b.rs': '' }), {
    code: 'E_BUILD_PLAN',
    message: 'Nothing tells which of the programs is the web server: a, b',
  });
  assert.throws(() => planOf({ ...library, 'src/lib.rs': '' }), {
    code: 'E_BUILD_PLAN',
    message: /that of a library/,
  });
});

test('A workspace has the programs of its members.', () => {
  const workspace = {
    'Cargo.toml': '[workspace]\nmembers = ["crates/*", "web"]\nexclude = ["crates/old"]\n',
    'Cargo.lock': '',
    'crates/core/Cargo.toml': '[package]\nname = "core"\n',
    'crates/core/src/lib.rs': '',
    'crates/old/Cargo.toml': '[package]\nname = "old"\n',
    'crates/old/src/main.rs': '',
    'web/Cargo.toml': '[package]\nname = "site"\n[dependencies]\nrocket = "0.5"\n',
    'web/src/main.rs': '',
  };
  const plan = planOf(workspace);
  assert.equal(plan.framework, 'Rocket');
  assert.equal(plan.start, 'ROCKET_PORT=$PORT bin/site');
  assert.equal(plan.stages[1]?.env?.['ROCKET_ADDRESS'], '0.0.0.0');
  const wrong = { ...workspace, 'Cargo.toml': '[workspace]\nmembers = ["nowhere"]\n' };
  assert.throws(() => planOf(wrong), { code: 'E_BUILD_PLAN', message: /^There is no nowhere\/Cargo\.toml/ });
});

test('Libraries of the system are installed for the crates that need them.', () => {
  const lock = '[[package]]\nname = "openssl-sys"\nversion = "0.9.0"\n\n[[package]]\nname = "pq-sys"\n';
  const commands = commandsOf(planOf({ ...plain, 'Cargo.lock': lock }));
  assert.match(commands[0] ?? '', / libpq-dev libssl-dev pkg-config /);
  assert.ok(commands.some((line) => line.includes('ca-certificates libpq5 libssl3 tzdata')));
});

test('Without Cargo.lock it is built, with a warning; what is committed of target/ is told.', () => {
  const { 'Cargo.lock': _lock, ...files } = plain;
  const plan = planOf({ ...files, 'target/release/shop': '' });
  assert.ok(commandsOf(plan).some((line) => line.includes('cargo build --release --bins && cp')));
  assert.deepEqual(
    plan.warnings.map(({ text }) => text.slice(0, 24)),
    ['there is no Cargo.lock: ', 'target/ is committed, an'],
  );
});

test('A Cargo.toml that cannot be read is told with the place of the mistake.', () => {
  assert.throws(() => planOf({ 'Cargo.toml': '[package\n' }), {
    code: 'E_BUILD_PLAN',
    message: /^Cargo\.toml cannot be read: /,
  });
});
