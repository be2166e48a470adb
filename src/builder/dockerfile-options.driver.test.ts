import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { detailsOf, failureOf, TrialBuilds } from '../../test/machine/trial-builds.ts';
import { randomId } from '../base/ids.ts';
import { Secret } from '../base/secret.ts';

const builds = new TrialBuilds();
const builder = builds.builder();
const base = 'slipway-test/busybox:1';

before(() => ensureTestImage(builds.docker));
after(() => builds.close());

async function historyOf(image: string): Promise<string> {
  return JSON.stringify(await builds.docker.json('GET', `/images/${image}/history`));
}

test('A stage is built with arguments, which its image shows.', async () => {
  const Dockerfile = [
    'ARG BASE=nowhere/to-be-found',
    'FROM $BASE AS dev',
    'ARG WHAT=nothing',
    'RUN echo $WHAT > /what',
    'EXPOSE 9229',
    'FROM dev',
    'RUN false',
  ].join('\n');
  const change = { target: 'dev', buildArgs: { BASE: base, WHAT: 'two words' } };
  const image = await builder.build(builds.of({ Dockerfile }, change).request);
  assert.equal(await builds.outputOf(image.id, 'cat', '/what'), 'two words\n');
  assert.deepEqual([image.ports, image.bases?.map(({ name }) => name)], [[9229], [base]]);
  assert.match(await historyOf(image.id), /two words/);
});

test('A stage that is not there is a failure of the Dockerfile.', async () => {
  const { request } = builds.of({ Dockerfile: `FROM ${base} AS one` }, { target: 'two' });
  const { code, message } = await failureOf(builder.build(request));
  assert.deepEqual([code, message], ['E_DOCKERFILE', 'Dockerfile has no stage two; it has: one']);
});

test('Steps may read the config, all of it or one variable, and nothing of it stays in the image.', async () => {
  const [token, name] = [`token-${randomId(12)}`, `name-${randomId(12)}`];
  const all = '--mount=type=secret,id=slipway-config --mount=type=secret,id=NPM_TOKEN';
  const Dockerfile = [
    `FROM ${base}`,
    'ARG SLIPWAY_CONFIG_HASH',
    `RUN ${all} . /run/secrets/slipway-config && echo $NAME $(cat /run/secrets/NPM_TOKEN)`,
    'RUN --mount=type=secret,id=slipway-install sed s/=.*// /run/secrets/slipway-install',
  ].join('\n');
  const config = { NPM_TOKEN: new Secret(token), NAME: new Secret(name) };
  const { request, lines } = builds.of({ Dockerfile }, { config });
  const image = await builder.build(request);
  const told = detailsOf(lines);
  assert.ok(told.includes(`${name} ${token}`) && told.includes('NPM_TOKEN') && !told.includes('NAME'));
  const everything =
    (await historyOf(image.id)) + JSON.stringify(await builds.docker.json('GET', `/images/${image.id}/json`));
  assert.ok(!everything.includes(token) && !everything.includes(name));
  const cached = async (values: typeof config) => {
    const again = builds.of({ Dockerfile }, { config: values });
    await builder.build(again.request);
    return detailsOf(again.lines).some((line) => line.startsWith('CACHED [2/3] RUN'));
  };
  assert.equal(await cached(config), true);
  assert.equal(await cached({ ...config, NAME: new Secret('changed') }), false);
});

test('The ports of the Dockerfile count, else those of its base.', async () => {
  const exposing = builds.of({ Dockerfile: `FROM ${base}\nEXPOSE 80` });
  await builder.build(exposing.request);
  const from = exposing.request.reference;
  const ports = async (...lines: string[]) =>
    (await builder.build(builds.of({ Dockerfile: [`FROM ${from}`, ...lines].join('\n') }).request)).ports;
  assert.deepEqual(await ports('EXPOSE 9000 8080'), [8080, 9000]);
  assert.deepEqual(await ports(), [80]);
  assert.deepEqual(await ports('EXPOSE 53/udp'), [80]);
  assert.deepEqual(await ports('ARG PORT=90', 'EXPOSE $PORT'), [80, 90]);
});

test('A plan tells the text, its images and its ports, and builds nothing.', async () => {
  const Dockerfile = `FROM ${base} AS one\nEXPOSE 81\nFROM other:1`;
  const { request, lines } = builds.of({ Dockerfile }, { target: 'one' });
  const plan = { dockerfile: Dockerfile, bases: [base], ports: [81], detected: null };
  assert.deepEqual(await builder.plan(request), plan);
  assert.deepEqual(lines, []);
});
