import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/failure.ts';
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
  assert.throws(() => planOf({ 'README.md': '# Shop' }), { hint: /these are built: php, .*shell\./ });
  assert.throws(() => planOf({ dockerfile: 'FROM x' }), {
    hint: 'name it Dockerfile: git mv dockerfile Dockerfile',
  });
});

test('An app in a folder, and a Compose file, are told what to do.', () => {
  const hintOf = (...paths: string[]) => {
    try {
      planOf(Object.fromEntries(paths.map((path) => [path, ''])));
    } catch (error) {
      return error instanceof Failure ? error.hint : String(error);
    }
    return 'it was planned';
  };
  const folder = /^the app seems to be in the folder api: slipway builder:set APP build-dir api$/;
  assert.match(String(hintOf('README.md', 'api/package.json', 'api/Dockerfile')), folder);
  assert.match(String(hintOf('api/package.json', 'web/package.json')), /^commit what your language has/);
  assert.match(String(hintOf('a/b/package.json')), /^commit what your language has/);
  for (const name of ['docker-compose.yml', 'compose.yaml'])
    assert.match(String(hintOf(name, 'api/Dockerfile')), /^a Compose file is not read: .*git:from-image/);
});

test('A Procfile that starts a program which the image does not have is refused with the file that is missing.', () => {
  const shell = (line: string, wishes: Partial<BuildWishes> = {}) =>
    planOf({ Procfile: '', 'start.sh': '' }, { wishes, procfile: { web: line } });
  const missing = {
    'node server.js': 'package.json',
    'PORT=1 exec bun x.ts': 'package.json',
    'cd app && python app.py': 'requirements.txt',
    'gunicorn app:app': 'requirements.txt',
    'bundle exec puma': 'Gemfile',
    'heroku-php-apache2': 'composer.json',
    'java -jar app.jar': 'pom.xml',
  };
  for (const [line, file] of Object.entries(missing))
    assert.throws(() => shell(line), {
      code: 'E_BUILD_PLAN',
      message: new RegExp(`^web starts with "\\w[^"]*", but there is no ${file} `),
      hint: new RegExp(`^commit a file ${file},`),
    });
  for (const line of ['./node server.js', 'sh -c "node x"', 'bin/python', 'echo node'])
    assert.equal(shell(line).language, 'shell', line);
  assert.equal(shell('python3 app.py', { packages: { build: [], run: ['python3'] } }).language, 'shell');
  assert.throws(() => shell('./x', { start: 'node x' }), { message: /^web starts with "node"/ });
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
