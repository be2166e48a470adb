import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../base/exec.ts';
import { buildpacksDockerfile, compileScript, stackFor } from './buildpacks-dockerfile.ts';
import { packProcesses } from './pack-processes.ts';
import { readRelease } from './read-release.ts';

test('The process types of a buildpack are read where they can be one.', () => {
  const text = '---\naddons: []\ndefault_process_types:\n  web: bin/serve $PORT\n  "a b": x\n  worker: ""\n';
  assert.deepEqual(readRelease(text), { web: 'bin/serve $PORT' });
  for (const odd of ['', '--- {}', '[', 'default_process_types: 3', 'x'])
    assert.deepEqual(readRelease(odd), {}, odd);
});

test('The script is right for bash.', async () => {
  await exec('bash', ['-n', '-c', compileScript('heroku-22')]);
});

test('Where a registry answers, the images are those of Heroku; else Debian stands in for them.', () => {
  assert.match(
    buildpacksDockerfile(stackFor(true)),
    /^FROM heroku\/heroku:24-build AS build\nUSER root\nRUN id -u/,
  );
  const debian = buildpacksDockerfile(stackFor(false));
  assert.match(debian, /^FROM debian:bookworm-slim AS build\nUSER root\nRUN apt-get update/);
  assert.doesNotMatch(debian, /RUN --mount\S*(?!.*slipway-config).*compile/);
});

test('The process types of an image of Cloud Native Buildpacks are read from its label.', () => {
  const processes = [
    { type: 'web', command: ['node'], args: ['a b.js'], direct: true },
    { type: 'worker', command: 'bundle exec $X', args: [], direct: false },
    { type: 'odd name', command: ['x'] },
  ];
  assert.deepEqual(packProcesses(JSON.stringify({ processes })), {
    web: "node 'a b.js'",
    worker: 'bundle exec $X',
  });
  for (const odd of [undefined, '', '{}', '[]', '{"processes":3}'])
    assert.deepEqual(packProcesses(odd), {}, String(odd));
});
