import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { detailsOf, failureOf, TrialBuilds } from '../../../test/machine/trial-builds.ts';
import { Secret } from '../../base/secret.ts';

const trial = new TrialBuilds();

before(() => ensureBaseImages(trial.docker));
after(() => trial.close());

const files = { 'start.sh': 'id -u; pwd; ls -A | cat; cat data\n', data: 'one\n' };

test('A source without a Dockerfile becomes an image that runs as nobody in particular.', async () => {
  const { request, lines } = trial.of(files);
  const image = await trial.detecting().build(request);
  assert.deepEqual(image.processes, { web: 'sh start.sh' });
  assert.equal(await trial.outputOf(image.id, 'sh', 'start.sh'), '1000\n/app\ndata\nstart.sh\none\n');
  assert.equal(lines[0]?.text, 'Building as shell: start.sh found');
  const again = trial.of({ ...files });
  assert.equal((await trial.detecting().build(again.request)).id, image.id);
  const steps = detailsOf(again.lines).filter(
    (text) => /^(CACHED )?\[\d/.test(text) && !text.includes('FROM'),
  );
  assert.ok(steps.length > 0 && steps.every((text) => text.startsWith('CACHED')), steps.join('\n'));
});

test('The Procfile says what runs, and the tree what it leaves out.', async () => {
  const { request } = trial.of(
    { ...files, '.dockerignore': 'data' },
    { procfile: { web: './x', worker: './w' } },
  );
  const image = await trial.detecting().build(request);
  assert.deepEqual(image.processes, { web: './x', worker: './w' });
  assert.doesNotMatch(await trial.outputOf(image.id, 'ls'), /data/);
});

test('What cannot be built is refused before any step.', async () => {
  const { request } = trial.of({ 'notes.txt': '' }, { config: { KEY: new Secret('hidden') } });
  assert.equal((await failureOf(trial.detecting().build(request))).code, 'E_NO_BUILDER');
});
