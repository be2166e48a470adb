import assert from 'node:assert/strict';
import { test } from 'node:test';
import dockerignore from '@balena/dockerignore';
import fc from 'fast-check';
import { ignoreRules } from './docker-ignore.ts';

const ignored = (text: string, path: string) => ignoreRules(text, '.dockerignore').ignores(path);

test('The patterns of the documentation are understood.', () => {
  for (const [pattern, paths, others] of [
    ['*/temp*', ['some/temporary.txt', 'some/temp'], ['temp', 'a/b/temp']],
    ['*/*/temp*', ['some/dir/temporary.txt'], ['some/temp']],
    ['temp?', ['tempa', 'tempb'], ['temp', 'tempab']],
    ['**/*.go', ['main.go', 'a/b/c.go'], ['main.gox']],
    ['node_modules', ['node_modules', 'node_modules/a/b.js'], ['a/node_modules', 'node_modules2']],
    ['/foo/bar/', ['foo/bar', 'foo/bar/baz'], ['bar', 'a/foo/bar']],
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs2/a']],
    ['[a-c]x', ['ax', 'cx'], ['dx', '/x']],
    ['[^a]x', ['bx'], ['ax']],
    ['a\\*b', ['a*b'], ['axb']],
    ['a+(b){c}|d', ['a+(b){c}|d'], ['aab']],
    ['  spaced.txt  ', ['spaced.txt'], []],
    ['./x/../y', ['y'], ['x']],
  ] as const) {
    for (const path of paths) assert.ok(ignored(pattern, path), `${pattern} fits ${path}`);
    for (const path of others) assert.ok(!ignored(pattern, path), `${pattern} does not fit ${path}`);
  }
});

test('The last rule that fits decides, comments and empty lines are none, capitals count.', () => {
  const text = '# comment\n\n*.md\n!README*.md\nREADME-secret.md\n';
  assert.deepEqual(
    ['a.md', 'README.md', 'README-secret.md', 'A.MD', '# comment'].map((path) => ignored(text, path)),
    [true, false, true, false, false],
  );
  assert.ok(ignoreRules(text, '.dockerignore').hasExceptions);
});

test('A pattern that cannot be read is refused with its file.', () => {
  for (const wrong of ['[a', 'a\\', '!']) {
    assert.throws(() => ignoreRules(wrong, 'x.dockerignore'), {
      code: 'E_SOURCE',
      message: /x\.dockerignore/,
    });
  }
});

test('A pattern with many stars costs no more than its length.', () => {
  const rules = ignoreRules(`${'*a'.repeat(200)}*b\n${'**/'.repeat(200)}b\n`, '.dockerignore');
  assert.equal(rules.ignores('a'.repeat(250)), false);
  assert.equal(rules.ignores(`${'a/'.repeat(250)}a`), false);
});

test('It agrees with another reader of these files.', () => {
  const name = fc.stringMatching(/^[ab.]{1,3}$/).filter((text) => text !== '.' && text !== '..');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const piece = fc.constantFrom('a', 'b', '*', '?', '**', 'a*', '*b', '[ab]', '*.*');
  const pattern = fc
    .tuple(fc.constantFrom('', '!'), fc.array(piece, { minLength: 1, maxLength: 3 }))
    .map(([not, parts]) => not + parts.join('/'));
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), path, (patterns, path) => {
      const other = dockerignore.default({ ignorecase: false }).add(patterns);
      assert.equal(
        ignored(patterns.join('\n'), path),
        other.ignores(path),
        `${patterns.join(' , ')} on ${path}`,
      );
    }),
    { numRuns: 3000 },
  );
});
