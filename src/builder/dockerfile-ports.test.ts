import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposedPorts } from './dockerfile-ports.ts';
import { dockerfileImages } from './dockerfile-images.ts';
import { parseDockerfile } from './dockerfile-text.ts';

const ports = (text: string, target?: string) => exposedPorts(parseDockerfile(text), { target });

test('The ports of a Dockerfile are the TCP ones that its stage, or one that this builds on, exposes.', () => {
  assert.deepEqual(ports('FROM nginx\nEXPOSE 8080 443/TCP 53/udp\nEXPOSE 8080'), [443, 8080]);
  assert.deepEqual(ports('FROM nginx'), []);
  assert.deepEqual(ports('FROM nginx\nEXPOSE 53/udp'), []);
  assert.deepEqual(
    ports('FROM a AS base\nEXPOSE 3000\nFROM a AS tools\nEXPOSE 1\nFROM base\nCOPY --from=tools x y'),
    [3000],
  );
  assert.deepEqual(ports('FROM a AS dev\nEXPOSE 9229\nFROM a\nEXPOSE 80', 'dev'), [9229]);
  assert.deepEqual(ports('FROM a\nEXPOSE 7000-7002 90-80'), [7000, 7001, 7002]);
  assert.deepEqual(ports('FROM a\nEXPOSE 1', 'missing'), []);
});

test('Where a variable names one, the image has to be asked.', () => {
  assert.equal(ports('FROM a\nARG PORT=80\nEXPOSE $PORT 1'), null);
});

test('A target needs the images of its own stages only, and arguments are what the build gives.', () => {
  const dockerfile = parseDockerfile('ARG V=1\nARG T=$V-slim\nFROM a:$T AS one\nFROM b AS two\nFROM one\n');
  assert.deepEqual(dockerfileImages(dockerfile, { target: 'TWO' }), ['b']);
  assert.deepEqual(dockerfileImages(dockerfile, { target: '0', buildArgs: { V: '2' } }), ['a:2-slim']);
  assert.deepEqual(dockerfileImages(dockerfile, { buildArgs: { T: '3', constructor: '' } }), ['a:3']);
  assert.deepEqual(dockerfileImages(dockerfile, { target: 'none' }), []);
});
