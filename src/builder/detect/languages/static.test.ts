import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noWishes, type BuildWishes } from '../../../model/build-wishes.ts';
import { detect } from '../detect.ts';
import { planDockerfile } from '../plan-dockerfile.ts';
import { viewOfTexts } from '../source-view.ts';
import { staticStart } from '../static-server.ts';

const planOf = (files: Record<string, string>, wishes: Partial<BuildWishes> = {}) =>
  detect({
    source: viewOfTexts(files),
    app: 'shop',
    wishes: { ...noWishes, ...wishes },
    procfile: null,
    config: {},
    registry: false,
  });

const copied = (files: Record<string, string>, wishes: Partial<BuildWishes> = {}) =>
  /^COPY (?!--from=pages)(.*) \/srv\/?$/m.exec(planDockerfile(planOf(files, wishes)))?.[1];

test('The pages are where a file says, else where there is an index.html.', () => {
  assert.equal(copied({ 'index.html': '' }), '.');
  assert.equal(copied({ 'index.html': '', 'dist/index.html': '' }), 'dist');
  assert.equal(copied({ 'dist/index.html': '', 'public/index.html': '' }), 'public');
  assert.equal(
    copied({ 'public/index.html': '', 'docs/www/x.html': '', Staticfile: 'root: ./docs/www/' }),
    'docs/www',
  );
  assert.equal(copied({ 'public/index.html': '', 'site/a.html': '' }, { static: 'site' }), 'site');
  assert.equal(copied({ Staticfile: '' }), '.');
});

test('A plain site runs by itself, and says where its pages are.', () => {
  const plan = planOf({ 'public/index.html': '' });
  assert.equal(plan.start, staticStart);
  assert.deepEqual(plan.reasons, [
    'public/index.html found',
    'the pages are in public, where there is an index.html',
  ]);
  assert.deepEqual(plan.ignore, []);
  assert.ok(planOf({ 'index.html': '' }).ignore.includes('**/.*'));
});

test('A root that is not there, or leads out, is refused by the name of the file.', () => {
  for (const root of ['nowhere', '../x', '/etc', 'index.html'])
    assert.throws(() => planOf({ 'index.html': '', Staticfile: `root: ${root}` }), {
      code: 'E_BUILD_PLAN',
      message: `Staticfile: root is "${root}", and there is no such folder`,
    });
});

test('Unknown paths get index.html only where that is asked for.', () => {
  const fallback = /rewrite @page \/index\.html/;
  assert.doesNotMatch(planDockerfile(planOf({ 'index.html': '' })), fallback);
  assert.match(planDockerfile(planOf({ 'index.html': '', Staticfile: 'pushstate: enabled' })), fallback);
});

test('A generator that the distribution has makes the pages first.', () => {
  const text = planDockerfile(
    planOf({ 'hugo.toml': '', 'content/a.md': '' }, { packages: { build: ['git'], run: [] } }),
  );
  assert.match(text, /apt-get install -qq -y --no-install-recommends git hugo /);
  assert.match(text, /hugo --minify$/m);
  assert.match(text, /^COPY --from=build \/app\/public \/srv$/m);
  assert.equal(planOf({ 'mkdocs.yml': '' }).framework, 'MkDocs');
  assert.equal(planOf({ '_config.yml': '', 'index.html': '' }).framework, 'Jekyll');
});

test('A build of its own makes the pages too.', () => {
  const text = planDockerfile(planOf({ 'index.html': '' }, { build: 'make', static: 'out' }));
  assert.match(text, / make$/m);
  assert.match(text, /^COPY --from=build \/app\/out \/srv$/m);
});

test('Rules are read beside the pages.', () => {
  const plan = planOf({ 'public/index.html': '', 'public/_redirects': '/a /b 302\n/c' });
  assert.match(planDockerfile(plan), /redir @redirect0 \/b 302/);
  assert.deepEqual(plan.warnings, [{ text: 'Line 2 of _redirects is left out: it cannot be done here' }]);
});

test('A source with a Procfile that has a web process runs that.', () => {
  assert.equal(planOf({ 'index.html': '', Procfile: 'web: x', 'start.sh': '' }).language, 'shell');
  assert.equal(planOf({ 'index.html': '', Procfile: 'release: x' }).language, 'static');
});
