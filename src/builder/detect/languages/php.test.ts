import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf, type Files } from '../../../../test/machine/plan-of.ts';
import { planDockerfile } from '../plan-dockerfile.ts';

const site = { 'public/index.php': '', 'composer.json': { require: { php: '^8.1' } } };
const laravel = {
  ...site,
  'composer.json': { require: { php: '^8.2', 'laravel/framework': '^12.0' } },
  'composer.lock': '{}',
  'package.json': { scripts: { build: 'vite build' }, devDependencies: { vite: '7' } },
  'package-lock.json': '{}',
};

/** From where the version is, where a registry has all of them. */
const versionOf = (files: Files) => {
  const [version] = planOf({ 'index.php': '', ...files }, { registry: true }).versions;
  return `${version?.version} ${version?.from}`;
};

test('The version is that of the first file which asks for one.', () => {
  const files = { '.php-version': '8.1\n', '.tool-versions': 'nodejs 22\nphp 8.2.10\n' };
  assert.equal(versionOf(files), '8.1 .php-version');
  assert.equal(versionOf({ '.tool-versions': files['.tool-versions'] }), '8.2 .tool-versions');
  assert.equal(versionOf({ 'mise.toml': '[tools]\nphp = "8.3"\n' }), '8.3 mise.toml');
  assert.equal(versionOf({ ...files, 'composer.json': { require: { php: '~8.4.0' } } }), '8.4 composer.json');
  assert.equal(versionOf({ '.php-version': '# none\n' }), '8.5 the default');
});

test('Pages that Node builds are laid over the folder that is served; the build sees what Composer brought.', () => {
  const plan = planOf(laravel);
  assert.equal(plan.framework, 'Laravel');
  const names = plan.stages.map(({ name }) => name);
  assert.deepEqual(names, ['base', 'vendor', 'build', 'assets-tools', 'assets', 'runtime']);
  const text = planDockerfile(plan);
  const seen = /--mount=type=bind,from=vendor,source=\/app\/vendor,target=\/app\/vendor,rw .*npm run build$/m;
  assert.match(text, seen);
  assert.match(
    text,
    /COPY --from=build --chown=\S+ \/app\/bootstrap.*\nCOPY --from=assets \/app\/public \/app\/public\n/,
  );
  assert.ok(!/node/.test(plan.stages.at(-1)?.from ?? ''));
});

test('Without a script that builds there is no Node, as in a site of Symfony with an asset map.', () => {
  const symfony = { ...site, 'composer.json': { require: { 'symfony/framework-bundle': '7' } } };
  for (const files of [symfony, { ...symfony, 'package.json': { scripts: { watch: 'encore dev' } } }])
    assert.doesNotMatch(planDockerfile(planOf(files)), /node:|assets/);
  // Pages may ask for what is committed there.
  assert.deepEqual(planOf({ 'index.php': '' }).ignore, []);
});

test('Of a site that is served from its top folder all is taken that the build left, without packages.', () => {
  const { 'package.json': manifest } = laravel;
  const plan = planOf({ 'index.php': '', 'package.json': manifest });
  const text = planDockerfile(plan);
  assert.match(text, /npm run build\nRUN rm -rf node_modules\n/);
  assert.match(text, /COPY \. \/app\/\nCOPY --from=assets \/app \/app\n/);
  assert.doesNotMatch(text, /type=bind/);
  assert.deepEqual(plan.ignore, ['node_modules']);
});
