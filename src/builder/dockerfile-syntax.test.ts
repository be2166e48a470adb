import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStandardSyntax, syntaxOf } from './dockerfile-syntax.ts';

test('The syntax is found wherever BuildKit looks for it, and nowhere else.', () => {
  const found = [
    '# syntax=me/mine:1\nFROM x',
    '#syntax = me/mine:1 with words\nFROM x',
    '# escape=`\r\n# SYNTAX=me/mine:1\r\nFROM x',
    '\uFEFF# syntax=me/mine:1\nFROM x',
    '#!/usr/bin/env docker\n# syntax=me/mine:1\nFROM x',
    '// syntax=me/mine:1\n{}',
    '{"a": 1,\n "syntax": "me/mine:1"}',
  ];
  for (const text of found) assert.equal(syntaxOf(text), 'me/mine:1', text);
  for (const text of [
    'FROM x\n# syntax=me/mine:1',
    '# words\n# syntax=me/mine:1',
    '',
    'RUN echo // syntax=a',
  ])
    assert.equal(syntaxOf(text), undefined, text);
});

test('Docker’s own syntax is told from all others.', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  for (const image of [
    'docker/dockerfile:1',
    'docker.io/docker/dockerfile',
    `docker/dockerfile:1.7@${digest}`,
  ])
    assert.ok(isStandardSyntax(image), image);
  for (const image of [
    'me/docker/dockerfile:1',
    'docker/dockerfile:1/x',
    'docker/dockerfiles',
    'x.io/docker/dockerfile:1',
  ])
    assert.ok(!isStandardSyntax(image), image);
});
