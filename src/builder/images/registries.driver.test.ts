import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MuteServer, startMuteServer } from '../../../test/machine/mute-server.ts';
import { startTinyRegistry, type TinyRegistry } from '../../../test/machine/tiny-registry.ts';
import { failsWith, TrialImages, watched } from '../../../test/machine/trial-images.ts';

let trial: TrialImages;
let registry: TinyRegistry;
let mute: MuteServer;

before(async () => {
  trial = await TrialImages.open();
  registry = await startTinyRegistry();
  await registry.publish('library/tiny');
  await registry.publish('base/tiny');
  mute = await startMuteServer();
});

after(async () => {
  await trial.close(registry.host);
  await registry.close();
  mute.close();
});

const textsOf = (work: ReturnType<typeof watched>) => work.lines.map(({ text }) => text);

test('A mirror is asked in place of docker.io, and its image has the official name too.', async () => {
  const images = trial.images({ source: 'registry', mirror: registry.host });
  const work = watched();
  const image = await images.ensure('docker.io/library/tiny:1', work);
  assert.deepEqual([image.name, image.from, image.ports], ['tiny:1', 'registry', [8080]]);
  const theirs = `${registry.host}/library/tiny:1`;
  assert.deepEqual(textsOf(work), [`Pulling tiny:1 as ${theirs}`, 'Pulled 0 MB']);
  assert.deepEqual(await trial.tags(registry.host), [theirs, `${trial.prefix}/tiny:1`]);
  await images.untag(`${trial.prefix}/tiny:1`);
});

test('What is here under the name of the mirror is taken without asking it.', async () => {
  const images = trial.images({ source: 'packages', mirror: registry.host });
  const work = watched();
  const asked = new Map(registry.asked);
  const image = await images.ensure('tiny:1', work);
  assert.deepEqual(textsOf(work), [`Taking ${registry.host}/library/tiny:1 as tiny:1`]);
  assert.deepEqual(registry.asked, asked);
  assert.equal((await images.ensure('tiny:1', work)).id, image.id);
  await images.untag(`${trial.prefix}/tiny:1`);
  await images.untag(`${registry.host}/library/tiny:1`);
});

test('A prefix is put before the short name, and asked before the mirror.', async () => {
  const images = trial.images({
    source: 'registry',
    mirror: registry.host,
    prefix: `${registry.host}/base/`,
  });
  const work = watched();
  await images.ensure('tiny:1', work);
  assert.equal(textsOf(work)[0], `Pulling tiny:1 as ${registry.host}/base/tiny:1`);
  const other = watched();
  await assert.rejects(images.ensure('other:1', other), failsWith('E_IMAGE_UNAVAILABLE', /does not give/));
  assert.deepEqual(textsOf(other), [
    `Pulling other:1 as ${registry.host}/base/other:1`,
    `Pulling other:1 as ${registry.host}/library/other:1`,
  ]);
});

test('A registry answers where it says anything at all, and is asked once.', async () => {
  const images = trial.images({ source: 'auto', mirror: registry.host });
  assert.equal(await images.reachable(), true);
  const asked = new Map(registry.asked);
  assert.equal(await images.reachable(), true);
  assert.deepEqual(registry.asked, asked);
});

test('One that is silent or refuses to be spoken to does not answer; where only one source is allowed none is asked.', async () => {
  const silent = mute.host;
  assert.equal(await trial.images({ source: 'auto', mirror: silent, patience: 300 }).reachable(), false);
  assert.equal(await trial.images({ source: 'auto', mirror: 'localhost:1' }).reachable(), false);
  assert.equal(await trial.images({ source: 'packages', mirror: registry.host }).reachable(), false);
  assert.equal(await trial.images({ source: 'registry', mirror: 'localhost:1' }).reachable(), true);
});
