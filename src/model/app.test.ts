import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { appNameProblem, checkAppName } from './app.ts';
import { normalizeDomain } from './domain.ts';

const good = [
  'shop',
  'a',
  '1',
  'shop-2',
  'shop.example.com',
  'a.b',
  'a'.repeat(63),
  `${'a'.repeat(50)}.${'b'.repeat(49)}`,
];

const wrongParts = ['', '-a', 'a-', '.a', 'a.', 'a..b', 'a.-b', 'a-.b'];
const wrongLetters = ['Shop', 'a_b', 'a b', 'a/b', '../a', 'a\n', '\na', 'ä', 'a$', 'a;', 'a"', '*', '%61'];
const tooLong = ['a'.repeat(64), `${'a'.repeat(50)}.${'b'.repeat(50)}`];
const bad = [...wrongParts, ...wrongLetters, ...tooLong];

describe('the name of an app', () => {
  it('is lowercase letters, digits, dots and hyphens, its parts labels of a domain', () => {
    for (const name of good) assert.equal(appNameProblem(name), undefined, name);
    for (const name of good) assert.equal(checkAppName(name), name);
    for (const name of bad) assert.match(appNameProblem(name) ?? 'nothing wrong', /^App name/, name);
    for (const name of bad) assert.throws(() => checkAppName(name), Failure);
  });

  it('gives a domain under every global domain', () => {
    for (const name of good) assert.equal(normalizeDomain(`${name}.example.com`), `${name}.example.com`);
  });
});
