import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noWishes, type BuildWishes } from '../../model/build-wishes.ts';
import { detect } from './detect.ts';
import { viewOfTexts } from './source-view.ts';

type Asked = { readonly wishes?: Partial<BuildWishes>; readonly procfile?: Record<string, string> };

const planOf = (files: Record<string, string>, { wishes = {}, procfile }: Asked = {}) =>
  detect({
    source: viewOfTexts(files),
    app: 'shop',
    wishes: { ...noWishes, ...wishes },
    procfile: procfile ?? null,
    config: {},
    registry: false,
  });

test('A source of no known kind is told with what it has and what to do.', () => {
  assert.throws(() => planOf({ 'notes.txt': '', 'a/b': '' }), {
    code: 'E_NO_BUILDER',
    message: 'Nothing tells what kind of source this is (it has a, notes.txt)',
    hint: /^commit what your language has/,
  });
  assert.throws(() => planOf({}), { message: /it has nothing/ });
  assert.throws(() => planOf({ dockerfile: 'FROM x' }), {
    hint: 'name it Dockerfile: git mv dockerfile Dockerfile',
  });
});

test('Without a command to start, the deploy ends before the build.', () => {
  assert.throws(() => planOf({ Procfile: 'worker: ./w' }, { procfile: { worker: './w' } }), {
    code: 'E_NO_START',
    message: 'It is a source of shell, but nothing tells what starts the app',
  });
});

test('app.json wins over what is found.', () => {
  const plan = planOf(
    { 'start.sh': '' },
    { wishes: { start: './other', packages: { build: [], run: ['curl'] } } },
  );
  assert.equal(plan.start, './other');
  assert.deepEqual(plan.reasons, ['start.sh found']);
  assert.throws(() => planOf({ 'start.sh': '' }, { wishes: { language: 'cobol' } }), {
    code: 'E_BUILD_PLAN',
    message: 'app.json: build.language: there is no "cobol"',
  });
});
