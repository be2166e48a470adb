import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/failure.ts';
import { familiarName, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test('A reference is made whole by the defaults that Docker uses.', () => {
  assert.deepEqual(parseReference('node'), {
    registry: 'docker.io',
    repository: 'library/node',
    tag: 'latest',
    digest: undefined,
  });
  assert.deepEqual(parseReference('node:22-slim'), {
    registry: 'docker.io',
    repository: 'library/node',
    tag: '22-slim',
    digest: undefined,
  });
  assert.deepEqual(parseReference('team/app'), {
    registry: 'docker.io',
    repository: 'team/app',
    tag: 'latest',
    digest: undefined,
  });
  assert.deepEqual(parseReference('localhost/app'), {
    registry: 'localhost',
    repository: 'app',
    tag: 'latest',
    digest: undefined,
  });
  assert.deepEqual(parseReference('registry.example.com:5000/a/b/c:1.2'), {
    registry: 'registry.example.com:5000',
    repository: 'a/b/c',
    tag: '1.2',
    digest: undefined,
  });
  assert.deepEqual(parseReference(`node:22@${digest}`), {
    registry: 'docker.io',
    repository: 'library/node',
    tag: '22',
    digest,
  });
  assert.equal(parseReference(`node@${digest}`).tag, undefined);
});

test('Names that mean the same image have the same familiar name.', () => {
  const familiar = (text: string) => familiarName(parseReference(text));
  for (const text of [
    'node',
    'node:latest',
    'library/node',
    'docker.io/node',
    'docker.io/library/node',
    'index.docker.io/library/node:latest',
  ]) {
    assert.equal(familiar(text), 'node:latest', text);
  }
  assert.equal(familiar('docker.io/team/app:1'), 'team/app:1');
  assert.equal(familiar('registry.example.com/library/node:1'), 'registry.example.com/library/node:1');
  assert.equal(familiar(`node@${digest}`), `node@${digest}`);
  assert.equal(familiar(`node:22@${digest}`), `node@${digest}`);
});

test('What is no reference is refused.', () => {
  const wrong = [
    '',
    ' ',
    'Node',
    'node:',
    ':22',
    'node:-1',
    'sha256:ab',
    'node 22',
    'node\n',
    'node:22\n',
    '../etc/passwd',
    '/node',
    'node/',
    'a//b',
    '-node',
    'node;ls',
    '$(id)',
    'node@sha256:12',
    'node?x=1',
    'node#1',
    'node%2f',
    `node:${'a'.repeat(129)}`,
    'a'.repeat(64),
    'http://example.com/node',
    'a'.repeat(500),
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseReference(text),
      (error) => error instanceof Failure && error.code === 'E_INPUT',
      JSON.stringify(text),
    );
  }
});
