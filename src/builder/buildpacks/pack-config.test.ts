import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../base/secret.ts';
import { packConfig } from './pack-config.ts';

const of = (values: Record<string, string>) =>
  packConfig(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)])));

test('A value of one line goes by the file, one of several by the environment of pack.', () => {
  assert.deepEqual(of({ A: 'one = 1 # x', KEY: '-----BEGIN\nabc\n', DOS: 'a\r\nb', EMPTY: '' }), {
    lines: 'A=one = 1 # x\nEMPTY=\n',
    variables: { KEY: '-----BEGIN\nabc\n', DOS: 'a\r\nb' },
    leftOut: [],
  });
});

test('No config tells pack itself what to do.', () => {
  const names = ['PATH', 'DOCKER_HOST', 'LD_PRELOAD', 'https_proxy', 'GODEBUG', 'PACK_HOME', 'SSL_CERT_FILE'];
  const { lines, variables, leftOut } = of(Object.fromEntries(names.map((name) => [name, 'a\nb'])));
  assert.deepEqual({ lines, variables, leftOut }, { lines: '', variables: {}, leftOut: names });
  assert.equal(of({ PATH: '/bin' }).lines, 'PATH=/bin\n');
  assert.deepEqual(Object.keys(of({ GOOGLE_KEY: 'a\nb', DOCKERFILE: 'a\nb' }).variables), [
    'GOOGLE_KEY',
    'DOCKERFILE',
  ]);
});
