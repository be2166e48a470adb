import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildpackProblem, parseBuildpack, readBuildpacksFile } from './buildpack.ts';

test('A buildpack is a short name, a repository or an archive.', () => {
  assert.deepEqual(parseBuildpack('heroku/ruby'), {
    text: 'heroku/ruby',
    kind: 'git',
    url: 'https://github.com/heroku/heroku-buildpack-ruby.git',
    ref: null,
  });
  const own = 'https://example.com/pack.git';
  assert.deepEqual(parseBuildpack(`${own}#v1.2`), {
    text: `${own}#v1.2`,
    kind: 'git',
    url: own,
    ref: 'v1.2',
  });
  assert.equal(parseBuildpack('git@example.com:pack.git')?.kind, 'git');
  assert.equal(parseBuildpack('https://example.com/pack.tgz')?.kind, 'archive');
});

test('What could be something else is refused.', () => {
  for (const text of [
    '',
    'ruby',
    'heroku/cobol',
    'ext::sh -c id',
    'https://a/b#',
    'https://a/b#-x',
    'https://a/b#x#y',
    'https://u:p@a/b',
    'https://a/b.tgz#x',
    '/etc',
    'https://a/$(id)',
  ])
    assert.match(buildpackProblem(text) ?? '', /^A buildpack is/, text);
});

test('A file .buildpacks has one a line.', () => {
  assert.deepEqual(readBuildpacksFile('# ours\r\nheroku/nodejs\r\n\nhttps://a/b.git#v1 \n'), [
    'heroku/nodejs',
    'https://a/b.git#v1',
  ]);
});
