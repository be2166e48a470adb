import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { startTinyRegistry, type TinyRegistry } from '../../../test/machine/tiny-registry.ts';
import { stoppedAt, TrialImages, watched } from '../../../test/machine/trial-images.ts';
import {
  createContainer,
  deleteContainer,
  startContainer,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { labels } from '../../model/names.ts';
import { commitContainer, splitTag, tagImage } from '../../tools/docker-images.ts';

let trial: TrialImages;
let registry: TinyRegistry;

const [debian, node, alias] = ['debian:bookworm-slim', 'node:22-bookworm-slim', 'node:22-slim'];

before(async () => {
  trial = await TrialImages.open();
  registry = await startTinyRegistry();
  await ensureBaseImages(trial.docker);
  await useShared();
});

after(async () => {
  await trial.close(registry.host);
  await registry.close();
});

/** The images of the machine, under names of the run too. */
async function useShared(): Promise<void> {
  for (const name of [debian, node]) await tagImage(trial.docker, name, `${trial.prefix}/${name}`);
  await tagImage(trial.docker, node, `${trial.prefix}/${alias}`);
}

/** Makes the run's Debian another one, by a line of sh, with further labels. */
async function changeDebian(script: string, Labels: Record<string, string> = {}): Promise<void> {
  const image = `${trial.prefix}/${debian}`;
  const container = await createContainer(trial.docker, `${trial.prefix}-change`, {
    Image: image,
    Cmd: ['sh', '-c', script],
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const exit = await watchNextExit(trial.docker, container);
    await startContainer(trial.docker, container);
    assert.equal(await exit.code, 0);
    await commitContainer(trial.docker, container, { ...splitTag(image), config: { Cmd: ['bash'], Labels } });
  } finally {
    await deleteContainer(trial.docker, container);
  }
}

const stepsOf = (work: ReturnType<typeof watched>) =>
  work.lines.filter(({ kind }) => kind === 'step').map(({ text }) => text);

test('What has no newer version in it stays as it is.', async () => {
  const work = watched();
  const updates = await trial.images().update([node, alias], work);
  assert.deepEqual(
    updates.map(({ name, outcome }) => [name, outcome]),
    [debian, node, alias].map((name) => [name, 'current']),
  );
  assert.deepEqual(stepsOf(work), [`Looking through ${debian}`, `Looking through ${node}`]);
});

test('An image with an older package in it is made anew, and nothing is left of one that is stopped half-way.', async () => {
  await changeDebian(
    `sed -i '/^Package: base-files$/,/^Version:/s/^Version: .*/Version: 12/' /var/lib/dpkg/status`,
  );
  const work = stoppedAt(/^Building/);
  await assert.rejects(trial.images().update([debian], work), /stopped by the test/);
  const said = `Building ${debian} anew (1 newer package: base-files), about 30 s`;
  assert.ok(stepsOf(work).includes(said), stepsOf(work).join('\n'));
  await trial.assertNothingLeft();
});

test('An image of an older recipe is told and made anew.', async () => {
  await changeDebian('true', { [labels.recipeFingerprint]: 'another' });
  const images = trial.images();
  const listed = (await images.list()).filter(({ recipeChanged }) => recipeChanged);
  assert.deepEqual(
    listed.map(({ name }) => name),
    [debian],
  );
  const work = stoppedAt(/^Building/);
  await assert.rejects(images.update([debian], work), /stopped by the test/);
  const said = `Building ${debian} anew (its recipe has changed), about 30 s`;
  assert.ok(stepsOf(work).includes(said), stepsOf(work).join('\n'));
  await trial.assertNothingLeft();
});

test('An image upon an older one is made anew, with all its names.', async () => {
  await useShared();
  await changeDebian('touch /changed');
  const images = trial.images();
  const before = (await images.find(node))?.id;
  const updates = await images.update([alias, node], watched());
  assert.deepEqual(
    updates.map(({ name, outcome, reason }) => [name, outcome, reason]),
    [
      [debian, 'current', null],
      [alias, 'updated', `${debian} is newer`],
      [node, 'updated', `${debian} is newer`],
    ],
  );
  const now = await images.find(node);
  assert.notEqual(now?.id, before);
  assert.equal((await images.find(alias))?.id, now?.id);
  assert.equal(await trial.printed(`${trial.prefix}/${node}`, 'ls', '/changed'), '/changed');
});

test('From a registry an image is pulled again; one that it does not have any more is told, and stays.', async () => {
  await registry.publish('library/tiny');
  await registry.publish('library/gone');
  const images = trial.images({ source: 'auto', mirror: registry.host });
  await images.ensure('tiny:1', watched());
  const here = await images.ensure('gone:1', watched());
  await registry.publish('library/tiny');
  registry.withdraw('library/gone');
  const updates = await images.update(['gone:1', 'tiny:1'], watched());
  assert.deepEqual(
    updates.map(({ name, outcome }) => [name, outcome]),
    [
      ['gone:1', 'failed'],
      ['tiny:1', 'updated'],
    ],
  );
  assert.match(updates[0]?.reason ?? '', /does not give gone:1/);
  assert.equal((await images.find('gone:1'))?.id, here.id);
});

test('What somebody brought under a name of docker.io is not replaced by what that has.', async () => {
  await registry.publish('library/mine');
  const images = trial.images({ source: 'auto', mirror: registry.host });
  await tagImage(trial.docker, debian, `${trial.prefix}/mine:1`);
  const [update] = await images.update(['mine:1'], watched());
  assert.deepEqual(
    [update?.outcome, update?.reason],
    ['skipped', 'it did not come from a registry under this name'],
  );
});
