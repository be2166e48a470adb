import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrorProblem, prefixProblem, sourceProblem } from './image-settings.ts';

const registries = [
  'mirror.example.com',
  'mirror.example.com/docker-hub/proxy_1',
  'localhost:5000',
  'localhost/x',
  '10.0.0.7:443/a.b',
];

test('A mirror is a registry, and a prefix the same with a slash at its end.', () => {
  for (const value of registries) {
    assert.equal(mirrorProblem(value), undefined, value);
    assert.equal(prefixProblem(`${value}/`), undefined, value);
    assert.match(mirrorProblem(`${value}/`) ?? '', /^mirror is HOST/, value);
    assert.match(prefixProblem(value) ?? '', /^prefix is HOST/, value);
  }
});

test('What Docker would take for something else than a registry, or not at all, is refused.', () => {
  const wrong = [
    '',
    'mirror',
    'team/images',
    'https://mirror.example.com',
    'user@mirror.example.com',
    'mirror.example.com/Upper',
    'mirror.example.com//x',
    'mirror.example.com/x:1',
    'mirror.example.com/../x',
    'mirror.example.com:port',
    '-mirror.example.com',
    'mirror.example.com?x',
    'mirror.example.com\nx',
    'mirror example.com',
    `mirror.example.com/${'x'.repeat(200)}`,
  ];
  for (const value of wrong) {
    assert.ok(mirrorProblem(value), value);
    assert.ok(prefixProblem(`${value}/`), value);
  }
});

test('A source is one of three words.', () => {
  assert.equal(sourceProblem('packages'), undefined);
  assert.match(sourceProblem('Packages') ?? '', /auto, registry, packages/);
});
