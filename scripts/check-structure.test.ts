import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SourceFile, structureProblems } from './check-structure.ts';

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: lines.join('\n') });
const problemsOf = (...files: SourceFile[]) => structureProblems(files);

test('an import that points down is fine', () => {
  const problems = problemsOf(
    file('src/model/app.ts', "import { systemCode } from '../base/failure.ts';"),
    file(
      'src/ops/create-app.ts',
      "import type { Store } from '../store/store.ts';",
      "import type { App } from '../model/app.ts';",
    ),
    file(
      'src/engine/docker/driver.ts',
      "import type { Engine } from '../engine.ts';",
      "import { Docker } from '../../tools/docker.ts';",
    ),
  );
  assert.deepEqual(problems, []);
});

test('an import that points up is named with its target', () => {
  assert.deepEqual(problemsOf(file('src/base/ids.ts', "import { type App } from '../model/app.ts';")), [
    'src/base/ids.ts: base may not import model (src/model/app.ts)',
  ]);
});

test('drivers import neither each other nor the store', () => {
  assert.deepEqual(
    problemsOf(
      file('src/router/haproxy/a.ts', 'import type {', '  Engine,', "} from '../../engine/engine.ts';"),
      file('src/builder/b.ts', "export * from '../store/store.ts';"),
    ),
    [
      'src/builder/b.ts: builder may not import store (src/store/store.ts)',
      'src/router/haproxy/a.ts: router may not import engine (src/engine/engine.ts)',
    ],
  );
});

test('ops knows the interface of a driver only, but its tests may use the memory drivers', () => {
  const line = "import { MemoryEngine } from '../engine/memory.ts';";
  assert.deepEqual(problemsOf(file('src/ops/scale.ts', line), file('src/ops/scale.test.ts', line)), [
    'src/ops/scale.ts: ops may import src/engine/engine.ts only (src/engine/memory.ts)',
  ]);
});

test('ssh may use git of the tools, and nothing else of them', () => {
  assert.deepEqual(
    problemsOf(
      file(
        'src/ssh/hook.ts',
        "import { archive } from '../tools/git.ts';",
        "const docker = await import('../tools/docker.ts');",
      ),
    ),
    ['src/ssh/hook.ts: ssh may import src/tools/git.ts only (src/tools/docker.ts)'],
  );
});

test('a folder that is not in the table is an offence', () => {
  assert.deepEqual(problemsOf(file('src/extras/a.ts', "import '../base/ids.ts';")), [
    'src/extras/a.ts: src/extras is not in the table of layers',
  ]);
});

test('programs are started by base/exec.ts alone', () => {
  const line = "import { spawn } from 'node:child_process';";
  assert.deepEqual(
    problemsOf(
      file('src/base/exec.ts', line),
      file('src/tools/git.ts', line),
      file('src/tools/git.driver.test.ts', line),
    ),
    ['src/tools/git.ts: only src/base/exec.ts may import child_process'],
  );
});

test('imports in comments do not count', () => {
  assert.deepEqual(
    problemsOf(
      file('src/base/a.ts', "// import '../ops/x.ts';", '/*', "import { x } from '../ops/x.ts';", '*/'),
    ),
    [],
  );
});

test('file names are kebab-case and name a concept', () => {
  const paths = [
    'src/base/fileManager.ts',
    'src/base/file-helper.ts',
    'src/base/utils.ts',
    'src/base/utilities-of-rome.ts',
    'test/stories/push.test.ts',
  ];
  assert.deepEqual(problemsOf(...paths.map((path) => file(path))), [
    'src/base/file-helper.ts: "helper" says nothing; name the file for its one concept',
    'src/base/fileManager.ts: the file name is not kebab-case',
    'src/base/utils.ts: "util" says nothing; name the file for its one concept',
  ]);
});

test('a function that another folder uses has a docstring', () => {
  const problems = problemsOf(
    file(
      'src/model/a.ts',
      'export function bare(): void {}',
      '/** What it promises. */',
      'export async function told(): Promise<void> {}',
      'export const arrow = (text: string) => text;',
      'export function own(): void {}',
    ),
    file('src/store/b.ts', "import { bare, told, arrow as renamed } from '../model/a.ts';"),
    file('src/model/c.ts', "import { own } from './a.ts';"),
  );
  assert.deepEqual(problems, [
    'src/model/a.ts: arrow is used by other folders and has no docstring',
    'src/model/a.ts: bare is used by other folders and has no docstring',
  ]);
});
