import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/failure.ts';
import { classifyPullError } from './pull.ts';

test('A registry that cannot be reached is told from one that answers "no".', () => {
  const unreachable = [
    'Get "https://registry.example/v2/": dial tcp: lookup registry.example on 10.0.0.1:53: no such host',
    'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
    'Get "https://registry.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'Get "https://registry.example/v2/": net/http: TLS handshake timeout',
    'Get "https://registry.example/v2/": x509: certificate signed by unknown authority',
    'received unexpected HTTP status: 503 Service Unavailable',
    'unexpected EOF',
  ];
  const refused = [
    'manifest for node:99 not found: manifest unknown: manifest unknown',
    "pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'toomanyrequests: You have reached your pull rate limit.',
    'unauthorized: authentication required',
  ];
  for (const reason of unreachable)
    assert.deepEqual(classifyPullError(reason), { kind: 'unreachable', reason });
  for (const reason of refused) assert.deepEqual(classifyPullError(reason), { kind: 'refused', reason });
});

test('A full disk is neither.', () => {
  assert.throws(
    () => classifyPullError('write /var/lib/docker/tmp/x: no space left on device'),
    (error) => error instanceof Failure && error.code === 'E_DISK_FULL',
  );
});
