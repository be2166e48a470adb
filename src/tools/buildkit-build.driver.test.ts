import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { pack } from 'tar-stream';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { randomId } from '../base/ids.ts';
import { Secret } from '../base/secret.ts';
import { BuildError, buildImage, type ImageBuild } from './buildkit-build.ts';
import { Docker } from './docker.ts';

const docker = new Docker('/var/run/docker.sock');
const tag = `slipway-test/build-${randomId()}:1`;
const from = 'FROM slipway-test/busybox:1';

before(() => ensureTestImage(docker));

after(async () => {
  await docker.json('DELETE', `/images/${tag}`).catch(() => {});
  docker.close();
});

function build(dockerfile: string, more: Partial<ImageBuild> = {}) {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, dockerfile);
  tar.finalize();
  let output = '';
  const onTrace: ImageBuild['onTrace'] = ({ logs }) => {
    for (const { bytes } of logs) output += Buffer.from(bytes).toString();
  };
  const context = Readable.from(tar, { objectMode: false });
  const made = buildImage(docker, { context, tag, dockerfile: 'Dockerfile', onTrace, ...more });
  return made.then((id) => ({ id, output }));
}

test('A secret is there in the step that asks for it, and nowhere in the image.', async () => {
  const value = `value-${randomId(20)}`;
  const dockerfile = `${from}\nARG RUN_ID\nRUN --mount=type=secret,id=token,required cat /run/secrets/token`;
  const { id, output } = await build(dockerfile, {
    secrets: { token: new Secret(value) },
    buildArgs: { RUN_ID: randomId() },
  });
  assert.ok(output.includes(value));
  const history = JSON.stringify(await docker.json('GET', `/images/${id}/history`));
  const image = JSON.stringify(await docker.json('GET', `/images/${id}/json`));
  const saved = Buffer.concat(await (await docker.stream('GET', `/images/${id}/get`)).toArray());
  assert.ok(![history, image, saved.toString('latin1')].some((text) => text.includes(value)));
});

test('A secret that is required and not given fails its step.', async () => {
  const made = build(`${from}\nRUN --mount=type=secret,id=none-${randomId()},required true`);
  await assert.rejects(made, (error) => error instanceof BuildError && /secret/.test(error.message));
});

test('Build arguments, labels and a target are handed on.', async () => {
  const dockerfile = `${from} AS one\nARG WORD\nRUN echo word is $WORD\n${from}\nRUN false`;
  const word = randomId();
  const { id, output } = await build(dockerfile, {
    target: 'one',
    buildArgs: { WORD: word },
    labels: { 'slipway.test': word },
  });
  assert.ok(output.includes(`word is ${word}`));
  const { Config } = (await docker.json('GET', `/images/${id}/json`)) as {
    Config: { Labels: Record<string, string> };
  };
  assert.equal(Config.Labels['slipway.test'], word);
});

test('What the context fails with is what the build fails with.', async () => {
  const broken = new Error('the disk is on fire');
  const context = Readable.from(
    (async function* () {
      yield Buffer.alloc(100_000);
      throw broken;
    })(),
    { objectMode: false },
  );
  await assert.rejects(build(from, { context }), (error) => error === broken);
});

test('A build that the signal ends throws its reason.', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const made = build(`${from}\nRUN echo ${randomId()}; sleep 300`, {
    signal: stop.signal,
    onTrace: ({ logs }) => logs.length > 0 && stop.abort(reason),
  });
  await assert.rejects(made, (error) => error === reason);
});
