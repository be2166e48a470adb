import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseVersion, type Runtime } from './choose-version.ts';

const runtime: Runtime = {
  name: 'Node',
  standard: '24',
  setting: 'engines.node in package.json',
  offers: [18, 20, 22, 24, 25].map((major) => ({
    version: `${major}`,
    // There are recipes for the slim ones.
    image: major > 22 ? `node:${major}-bookworm` : `node:${major}-bookworm-slim`,
  })),
};
const wish = (range: string) => ({ range, text: range, from: 'package.json' });
const chosen = (range: string | undefined, registry = true) =>
  chooseVersion(runtime, range === undefined ? undefined : wish(range), registry).version;

test('Without a wish the standard version is taken, or the newest that can be made here.', () => {
  assert.deepEqual(chooseVersion(runtime, undefined, true), {
    name: 'Node',
    version: '24',
    image: 'node:24-bookworm',
    wanted: null,
    from: 'the default',
  });
  assert.equal(chosen(undefined, false), '22');
});

test('The newest version that fits is taken, but the standard one where it fits.', () => {
  const cases = {
    '20': '20',
    '>=20': '24',
    '^20.3.1': '20',
    '20.19.2': '20',
    '20.x || 22.x': '22',
    '*': '24',
    '>24': '25',
  };
  for (const [range, version] of Object.entries(cases)) assert.equal(chosen(range), version, range);
  assert.equal(chosen('>=18', false), '22');
});

test('A wish that cannot be had says who asks, for what, and what there is.', () => {
  assert.throws(() => chosen('24', false), {
    code: 'E_BUILD_PLAN',
    message: /^package.json asks for Node 24, which is not to be had here; there is 22, 20/,
    hint: 'ask for another one: engines.node in package.json',
  });
  assert.throws(() => chosen('banana'), {
    message: 'package.json asks for Node banana, which is no version',
  });
});

test('A language with two numbers in its versions is compared by both.', () => {
  const python: Runtime = {
    ...runtime,
    standard: '3.13',
    offers: ['3.9', '3.11', '3.13'].map((version) => ({ version, image: `python:${version}` })),
  };
  const version = (range: string) => chooseVersion(python, wish(range), true).version;
  assert.equal(version('3.9'), '3.9');
  assert.equal(version('>=3.9 <3.12'), '3.11');
  assert.equal(version('~3.11.4'), '3.11');
});
