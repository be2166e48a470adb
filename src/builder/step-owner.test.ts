import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOwner } from './step-owner.ts';

const isOwn = stepOwner(`FROM node:22 AS build
RUN --mount=type=cache,target=/root/.npm npm ci && \\
    # a comment between
    npm run build
RUN [ "node", "seed.js" ]
COPY . .
FROM node:22
`);

test('A command in the form of a shell is known by its last argument, over lines and flags', () => {
  assert.ok(isOwn(['/bin/sh', '-c', 'npm ci &&     npm run build']));
  assert.ok(isOwn(['/bin/bash', '-eo', 'pipefail', '-c', 'npm ci && npm run build']));
});

test('A command that is a list of words is known as a whole', () => {
  assert.ok(isOwn(['node', 'seed.js']));
  assert.ok(!isOwn(['python', 'seed.js']));
});

test('A part of a command is another command', () => {
  assert.ok(!isOwn(['/bin/sh', '-c', 'npm ci']));
  assert.ok(!isOwn(['/bin/sh', '-c', 'COPY . .']));
  assert.ok(!isOwn(['/bin/sh', '-c', '']));
  assert.ok(!isOwn([]));
});

test('What stands in a here-document is found', () => {
  const owns = stepOwner('FROM a\nRUN <<EOF\nset -e\nmake all\nEOF\n');
  assert.ok(owns(['/bin/sh', '-c', 'set -e\nmake all\n']));
  assert.ok(!owns(['/bin/sh', '-c', 'make none']));
});
