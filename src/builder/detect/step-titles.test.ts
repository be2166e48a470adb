import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../../test/machine/plan-of.ts';
import { stepName } from '../build-output.ts';
import { stepTitles } from './step-titles.ts';

const server = {
  'package.json': { scripts: { build: 'tsc', start: 'node server.js' }, dependencies: { pg: '8' } },
  'package-lock.json': '{}',
};

test('Each step is told in words, at the place that BuildKit numbers it with.', () => {
  assert.deepEqual(
    [...stepTitles(planOf(server))],
    [
      ['tools 2', null],
      ['deps 1', null],
      ['deps 2', 'copy package.json, package-lock.json'],
      ['deps 3', 'npm ci'],
      ['prod 1', null],
      ['prod 2', 'remove packages that only the build needed'],
      ['build 1', null],
      ['build 2', 'copy the source'],
      ['build 3', 'npm run build'],
      ['runtime 2', null],
      ['runtime 3', null],
      ['runtime 4', 'copy node_modules from prod'],
      ['runtime 5', 'copy the app from build'],
    ],
  );
});

test('Of pages, what is ours is not told, and no folder that only the server knows.', () => {
  const told = [...stepTitles(planOf({ 'index.html': '' })).values()].filter((title) => title !== null);
  assert.deepEqual(told, [
    'copy the source',
    'give each page a version',
    'add the web server Caddy',
    'copy the pages from pages',
  ]);
});

test('The name of an only stage is left out, as BuildKit does.', () => {
  const titles = stepTitles(
    planOf({ 'start.sh': '' }, { wishes: { packages: { build: [], run: ['curl'] } } }),
  );
  assert.deepEqual([...titles.keys()], ['2', '3', '4', '5']);
  assert.equal(titles.get('4'), 'install packages: curl');
  assert.equal(stepName('[4/5] RUN apt-get update && x', titles), '[4/5] install packages: curl');
  assert.equal(stepName('[1/5] FROM docker.io/library/debian:x', titles), '[1/5] FROM debian:x');
});
