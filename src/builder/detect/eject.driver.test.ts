import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { TrialBuilds } from '../../../test/machine/trial-builds.ts';
import { exec } from '../../base/exec.ts';

const trial = new TrialBuilds();

before(() => ensureBaseImages(trial.docker));
after(() => trial.close());

const files = { 'start.sh': 'id -u; pwd; cat data\n', data: 'one\n', 'bin/tool': '#!/bin/sh\n' };

/** What an app is by: the settings of its image, what is in its folder, and what it prints. */
async function traitsOf(image: string): Promise<unknown> {
  const { Config } = (await trial.docker.json('GET', `/images/${image}/json`)) as {
    Config: Readonly<Record<string, unknown>>;
  };
  const settings = ['User', 'WorkingDir', 'Cmd', 'Entrypoint', 'Env', 'ExposedPorts'].map(
    (key) => Config[key],
  );
  const listed = await trial.outputOf(image, 'find', '/app', '-printf', '%p %M %u %g\n');
  const lines = listed.split('\n').filter((line) => !line.startsWith('/app/Dockerfile '));
  return { settings, files: lines.toSorted(), output: await trial.outputOf(image, 'sh', 'start.sh') };
}

test('The Dockerfile of a plan builds the same app by itself, with Docker alone and with Slipway.', async () => {
  const { request, tree } = trial.of(files);
  const detected = await trial.detecting().build(request);
  const { dockerfile, bases } = await trial.detecting().plan(request);
  assert.deepEqual(bases, ['debian:bookworm-slim']);
  writeFileSync(join(tree, 'Dockerfile'), dockerfile);

  const alone = trial.of(tree).request.reference;
  // The program of the distribution, or of Docker's own packages; it needs no more than what is in the folder.
  await exec('/usr/bin/docker', ['build', '-q', '-t', alone, tree], {
    env: { PATH: process.env['PATH'] ?? '', HOME: trial.root, DOCKER_BUILDKIT: '1' },
  });
  const own = await trial.builder().build(trial.of(tree).request);
  const wanted = await traitsOf(detected.id);
  assert.deepEqual(await traitsOf(alone), wanted);
  assert.deepEqual(await traitsOf(own.id), wanted);
  assert.deepEqual(own.ports, detected.ports);
});
