import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registryCause } from './registry-cause.ts';

const code = (said: string) => registryCause(said, 'registry.example')?.code;

test('DNS, connection and login are told apart.', () => {
  assert.equal(code('dial tcp: lookup registry.example on 10.0.0.1:53: no such host'), 'E_REGISTRY_DNS');
  assert.equal(code('dial tcp 127.0.0.1:1: connect: connection refused'), 'E_REGISTRY_DOWN');
  assert.equal(code('dial tcp 192.0.2.1:443: i/o timeout'), 'E_REGISTRY_DOWN');
  assert.equal(code('no answer within 10 s'), 'E_REGISTRY_DOWN');
  assert.equal(code('unauthorized: authentication required'), 'E_REGISTRY_AUTH');
  assert.equal(code('Head "https://registry.example/v2/x": no basic auth credentials'), 'E_REGISTRY_AUTH');
  assert.equal(code('denied: requested access to the resource is denied'), 'E_REGISTRY_AUTH');
});

test('A certificate that is not trusted is told with where to put the authority.', () => {
  const cause = registryCause('x509: certificate signed by unknown authority', 'registry.example');
  assert.equal(cause?.code, 'E_REGISTRY_DOWN');
  assert.match(cause?.hint ?? '', /certs\.d\/registry\.example\//);
});

test('An image that may be private or not there stays what it is, with the login as a hint.', () => {
  const cause = registryCause(
    "pull access denied for team/app, repository does not exist or may require 'docker login': denied",
    'docker.io',
  );
  assert.equal(cause?.code, 'E_IMAGE_UNAVAILABLE');
  assert.match(cause?.hint ?? '', /docker login docker\.io$/);
  assert.equal(registryCause('manifest unknown', 'docker.io'), undefined);
});
