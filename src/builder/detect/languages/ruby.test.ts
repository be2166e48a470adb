import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planOf } from '../../../../test/machine/plan-of.ts';
import { Secret } from '../../../base/secret.ts';
import { planDockerfile, readConfig } from '../plan-dockerfile.ts';

const lock = (...gems: string[]) =>
  `GEM\n  remote: https://gems.example.com/\n  specs:\n${gems.map((gem) => `    ${gem}\n`).join('')}\nPLATFORMS\n  x86_64-linux\n\nDEPENDENCIES\n  x\n`;

const rack = {
  Gemfile: "gem 'rack'\n",
  'Gemfile.lock': lock('rack (3.1.0)', 'puma (6.4.2)'),
  'config.ru': '',
};
const rails = {
  Gemfile: "gem 'rails'\n",
  Rakefile: '',
  'config.ru': '',
  'Gemfile.lock': lock(
    'bootsnap (1.18.0)',
    'pg (1.5.6)',
    'propshaft (1.0.0)',
    'puma (6.4.2)',
    'railties (8.0.0)',
  ),
};

const commandsOf = (plan: ReturnType<typeof planOf>) =>
  plan.stages.flatMap(({ steps }) => steps).flatMap((step) => (step.kind === 'run' ? step.command : []));

test('Gems are installed before the code, and run without a compiler', () => {
  const [deps, runtime] = planDockerfile(planOf(rack)).split('\n\n');
  assert.equal(
    deps,
    `FROM ruby:3.1-slim-bookworm AS deps
ENV BUNDLE_PATH=/usr/local/bundle BUNDLE_WITHOUT=development:test BUNDLE_DEPLOYMENT=1 BUNDLE_GLOBAL_GEM_CACHE=true BUNDLE_JOBS=4
WORKDIR /app
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends build-essential ca-certificates git libyaml-dev pkg-config && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY Gemfile Gemfile.lock /app/
ARG SLIPWAY_INSTALL_HASH
RUN --mount=type=cache,target=/root/.bundle/cache --mount=type=secret,id=slipway-install,mode=0444 ${readConfig('slipway-install')} bundle install && rm -rf /usr/local/bundle/ruby/*/cache`,
  );
  assert.match(
    runtime ?? '',
    /^FROM ruby:3\.1-slim-bookworm AS runtime[\s\S]*COPY --from=deps \/usr\/local\/bundle \/usr\/local\/bundle\nCOPY --chown=1000:1000 \. \/app\//,
  );
  assert.doesNotMatch(runtime ?? '', /build-essential/);
});

describe('what serves', () => {
  const startOf = (files: Record<string, string>) => planOf(files).start;

  test('is the server among the gems, else rackup, else a program', () => {
    assert.equal(startOf(rack), 'bundle exec puma -b tcp://0.0.0.0:$PORT');
    assert.equal(
      startOf({ ...rack, 'Gemfile.lock': lock('rack (2.2.0)') }),
      'bundle exec rackup -o 0.0.0.0 -p $PORT',
    );
    const sinatra = { Gemfile: '', 'Gemfile.lock': lock('sinatra (4.0.0)'), 'app.rb': '' };
    assert.equal(startOf(sinatra), 'bundle exec ruby app.rb -o 0.0.0.0 -p $PORT');
    assert.equal(startOf({ Gemfile: "gem 'webrick'\n", 'main.rb': '' }), 'bundle exec ruby main.rb');
  });

  test('of Rails without a server among the gems is its own', () => {
    const files = { ...rails, 'Gemfile.lock': lock('railties (8.0.0)') };
    assert.match(startOf(files) ?? '', /^bundle exec rails server -b 0\.0\.0\.0 -p \$PORT/);
  });

  test('that nothing tells is asked for', () => {
    assert.throws(() => planOf({ Gemfile: '' }), { code: 'E_NO_START' });
  });
});

test('Rails: its pages are built with a secret that is none, and what PostgreSQL needs is there', () => {
  const plan = planOf(rails);
  assert.equal(plan.framework, 'Rails');
  assert.deepEqual(
    plan.stages.map(({ name }) => name),
    ['deps', 'build', 'runtime'],
  );
  const commands = commandsOf(plan);
  assert.ok(
    commands.some((line) =>
      line.endsWith('bundle exec bootsnap precompile app/ lib/ && bundle exec rails assets:precompile'),
    ),
  );
  assert.ok(commands.some((line) => line.includes('SECRET_KEY_BASE="${SECRET_KEY_BASE:-dummy}"')));
  assert.ok(commands.some((line) => line.includes('libpq-dev')));
  assert.ok(commands.some((line) => /install.* libpq5/.test(line)));
  assert.equal(plan.stages.at(-1)?.env?.['RAILS_ENV'], 'production');
});

test('Rails with a package.json: Node builds first, and nothing of it is in the image', () => {
  const manifest = JSON.stringify({
    scripts: { build: 'esbuild app/javascript/*.js --outdir=app/assets/builds' },
  });
  const plan = planOf({ ...rails, 'package.json': manifest });
  assert.deepEqual(
    plan.stages.map(({ name }) => name),
    ['deps', 'assets-tools', 'assets', 'build', 'runtime'],
  );
  assert.ok(commandsOf(plan).includes('rm -rf node_modules'));
});

test('Rails builds by itself what Node did not: styles are a script of their own', () => {
  const commandsFor = (scripts: Record<string, string>) =>
    commandsOf(planOf({ ...rails, 'package.json': JSON.stringify({ scripts }) }));
  const both = commandsFor({ build: 'esbuild', 'build:css': 'sass' });
  assert.deepEqual(
    both.filter((line) => line.startsWith('npm run')),
    ['npm run build', 'npm run build:css'],
  );
  assert.ok(both.some((line) => /SKIP_CSS_BUILD=1; .*assets:precompile$/.test(line)));
  assert.ok(commandsFor({ 'build:css': 'sass' }).includes('npm run build:css'));
  assert.ok(!commandsFor({ test: 'x' }).some((line) => /SKIP_/.test(line)));
});

test('Rails has the folders that Puma writes its number to, though they are in no repository', () => {
  assert.equal(commandsOf(planOf(rails)).at(-1), 'mkdir -p log tmp/pids && chown 1000:1000 log tmp tmp/pids');
});

test('What will be missing once the app runs is told', () => {
  const warnings = (files: Record<string, string>, more = {}) =>
    planOf(files, more).warnings.map(({ text }) => text);
  const [noSecret, ...others] = warnings(rails);
  assert.match(noSecret ?? '', /neither RAILS_MASTER_KEY nor SECRET_KEY_BASE/);
  assert.deepEqual(others, []);
  assert.deepEqual(warnings(rails, { config: { SECRET_KEY_BASE: new Secret('x') } }), []);
  const noServer = ['there is a config.ru, and no server among the gems'];
  const served = (...gems: string[]) => ({ ...rack, 'Gemfile.lock': lock(...gems) });
  assert.deepEqual(warnings(rack), []);
  assert.deepEqual(warnings(served('rack (2.2.0)')), noServer);
  assert.deepEqual(warnings(served('rack (2.2.0)', 'webrick (1.8.0)')), []);
  assert.deepEqual(warnings(served('rack (3.1.0)', 'webrick (1.8.0)')), noServer);
  assert.deepEqual(warnings(served('rack (3.1.0)', 'rackup (2.1.0)', 'webrick (1.8.0)')), []);
  assert.deepEqual(warnings(served('rack (2.2.0)'), { procfile: { web: './serve' } }), []);
});

test('The version is that of the Gemfile, of a file, of the lock, in this order', () => {
  const versionOf = (files: Record<string, string>) => {
    const { version, from } = planOf({ ...rack, ...files }, { registry: true }).versions[0] ?? {};
    return `${version} ${from}`;
  };
  assert.equal(versionOf({}), '3.4 the default');
  assert.equal(versionOf({ Gemfile: "ruby '~> 3.2'\n", '.ruby-version': '3.3\n' }), '3.4 Gemfile');
  assert.equal(versionOf({ Gemfile: "ruby '~> 3.2.0'\n" }), '3.2 Gemfile');
  assert.equal(versionOf({ Gemfile: "ruby '>= 3.1', '< 3.3'\n" }), '3.2 Gemfile');
  assert.equal(
    versionOf({ Gemfile: 'ruby file: ".ruby-version"\n', '.ruby-version': 'ruby-3.3.1\n' }),
    '3.3.1 .ruby-version',
  );
  assert.equal(versionOf({ '.ruby-version': 'ruby-3.3.1\n' }), '3.3 .ruby-version');
  assert.equal(
    versionOf({ 'Gemfile.lock': `${rack['Gemfile.lock']}\nRUBY VERSION\n   ruby 3.3.5p100\n` }),
    '3.3 Gemfile.lock',
  );
  assert.equal(versionOf({ '.tool-versions': 'ruby 3.2.1\n' }), '3.2 .tool-versions');
  assert.throws(() => planOf({ ...rack, Gemfile: "ruby '1.9'\n" }), {
    code: 'E_BUILD_PLAN',
    message: /Ruby 1\.9/,
  });
});

describe('the line of the Gemfile for Ruby', () => {
  const lineOf = (line: string, more = {}) => {
    const files = { ...rack, Gemfile: `${line}\n`, '.ruby-version': '3.2.2\n' };
    const plan = planOf(files, { registry: true, ...more });
    return `${plan.stages[0]?.from} ${plan.versions[0]?.from}`;
  };

  test('that names one patch gets exactly that, as Bundler takes no other', () => {
    const exact = 'ruby:3.3.1-slim-bookworm Gemfile';
    for (const line of ["ruby '3.3.1'", "ruby '= 3.3.1'", "ruby ENV.fetch('RUBY', '3.3.1')"])
      assert.equal(lineOf(line), exact);
    assert.equal(lineOf("ruby '3.3.1', engine: 'ruby', engine_version: '3.3.1'"), exact);
    const fromFile = 'ruby:3.2.2-slim-bookworm .ruby-version';
    for (const line of ["ruby file: '.ruby-version'", "ruby File.read('.ruby-version').strip"])
      assert.equal(lineOf(line), fromFile);
    assert.equal(lineOf("gem 'rack'"), 'ruby:3.2-slim-bookworm .ruby-version');
    assert.equal(lineOf("ruby_version = '9.9'"), 'ruby:3.2-slim-bookworm .ruby-version');
    assert.equal(lineOf("ruby '3.3.1'", { wishes: { version: '3.4' } }), 'ruby:3.4-slim-bookworm app.json');
  });

  test('that names a patch which is not to be had is refused before the build', () => {
    assert.equal(lineOf("ruby '3.1.2'", { registry: false }), 'ruby:3.1-slim-bookworm Gemfile');
    assert.throws(() => lineOf("ruby '3.1.4'", { registry: false }), {
      code: 'E_BUILD_PLAN',
      message: 'Gemfile asks for Ruby 3.1.4 and no other, and the one to be had here is 3.1.2',
      hint: /ruby "~> 3\.1\.0"/,
    });
    assert.throws(() => lineOf("ruby '3.3.1'", { registry: false }), { message: /there is 3\.1$/ });
    assert.throws(() => lineOf("ruby '3.1.4', :engine => 'jruby', :engine_version => '9.4'"), {
      code: 'E_BUILD_PLAN',
      message: /another engine/,
    });
  });

  test('may read a file, which is there before the gems are installed', () => {
    const files = { ...rack, Gemfile: 'ruby file: "config/ruby"\n', 'config/ruby': '3.1.2\n' };
    assert.match(
      planDockerfile(planOf(files)),
      /COPY Gemfile Gemfile\.lock \/app\/\nCOPY config\/ruby \/app\/config\/\n/,
    );
  });
});

describe('gems', () => {
  test('that are all in vendor/cache are fetched from nowhere', () => {
    const cached = { 'vendor/cache/rack-3.1.0.gem': '', 'vendor/cache/puma-6.4.2.gem': '' };
    assert.ok(
      commandsOf(planOf({ ...rack, ...cached })).some((line) => line.startsWith('bundle install --local')),
    );
    const { 'vendor/cache/rack-3.1.0.gem': _, ...some } = cached;
    assert.ok(commandsOf(planOf({ ...rack, ...some })).some((line) => line.startsWith('bundle install &&')));
  });

  test('for other machines need not be in vendor/cache; those by git are fetched', () => {
    const isLocal = (text: string) => {
      const files = { ...rack, 'Gemfile.lock': text, 'vendor/cache/rack-3.1.0.gem': '' };
      return commandsOf(planOf(files)).some((line) => line.startsWith('bundle install --local'));
    };
    const mixed = lock('rack (3.1.0)', 'nokogiri (1.16.0-arm64-darwin)', 'ffi (1.17.0-x64-mingw-ucrt)');
    assert.ok(isLocal(mixed));
    assert.ok(isLocal(mixed.replaceAll('\n', '\r\n')));
    assert.ok(!isLocal(lock('rack (3.1.0)', 'nokogiri (1.16.0-x86_64-linux)')));
    assert.ok(!isLocal(`GIT\n  remote: x\n  specs:\n    y (1)\n\n${mixed}`));
  });

  test('that run JavaScript while pages are built have Node there, and not in the image', () => {
    const [deps, runtime] = planOf({ ...rack, 'Gemfile.lock': lock('execjs (2.9.1)') }).stages;
    assert.match(JSON.stringify(deps), / nodejs /);
    assert.doesNotMatch(JSON.stringify(runtime), /nodejs/);
  });

  test('of the source itself go before the others', () => {
    const files = {
      ...rack,
      'Gemfile.lock': `PATH\n  remote: engines/core\n  specs:\n    core (1.0)\n\n${rack['Gemfile.lock']}`,
      'engines/core/core.gemspec': '',
    };
    const copied = planOf(files).stages[0]?.steps.flatMap((step) => (step.kind === 'copy' ? step.paths : []));
    assert.deepEqual(copied, ['Gemfile', 'Gemfile.lock', 'engines/core']);
    const whole = planOf({ ...rack, Gemfile: 'gemspec\n' }).stages[0]?.steps;
    assert.ok(whole?.some((step) => step.kind === 'copy' && step.paths.includes('.')));
  });

  test('in a folder that was not pushed are refused', () => {
    const path = (folder: string) =>
      `PATH\n  remote: ${folder}\n  specs:\n    core (1.0)\n\n${rack['Gemfile.lock']}`;
    for (const folder of ['../core', 'core'])
      assert.throws(() => planOf({ ...rack, 'Gemfile.lock': path(folder) }), {
        code: 'E_BUILD_PLAN',
        message: `Gemfile names a gem in the folder ${folder}, which is not in this source`,
      });
  });

  test('without a lock are taken as they come, with a warning, and the lock that was made is in the image', () => {
    const plan = planOf({ Gemfile: "gem 'rack'\n", 'config.ru': '' });
    assert.match(plan.warnings[0]?.text ?? '', /no Gemfile\.lock/);
    assert.match(planDockerfile(plan), /COPY --from=deps \/app\/Gemfile\.lock \/app$/m);
    assert.equal(plan.stages[0]?.env?.['BUNDLE_DEPLOYMENT'], undefined);
  });

  test('in a lock for other machines only, or one that is none, are refused with the fix', () => {
    const mac = rack['Gemfile.lock'].replace('x86_64-linux', 'arm64-darwin-23');
    assert.throws(() => planOf({ ...rack, 'Gemfile.lock': mac }), {
      code: 'E_BUILD_PLAN',
      message: /arm64-darwin-23 only/,
      hint: /--add-platform x86_64-linux/,
    });
    const others = [mac.replaceAll('\n', '\r\n'), mac.replace('arm64-darwin-23', 'x86_64-linux-musl')];
    for (const broken of ['nonsense', `<<<<<<< HEAD\n${rack['Gemfile.lock']}`, ...others])
      assert.throws(() => planOf({ ...rack, 'Gemfile.lock': broken }), { code: 'E_BUILD_PLAN' });
    assert.throws(() => planOf({ ...rack, Gemfile: "<<<<<<< HEAD\ngem 'rack'\n" }), {
      message: 'Gemfile has the marks of a merge that was not finished',
    });
  });
});
