import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { detailsOf, TrialBuilds } from '../../test/machine/trial-builds.ts';
import { randomId } from '../base/ids.ts';

const builds = new TrialBuilds();
const builder = builds.builder();

before(() => ensureTestImage(builds.docker));
after(() => builds.close());

/** What a build of an app finds in the caches of this test, to which it adds a word. */
async function found(app: string, word: string): Promise<string> {
  const mounts = '--mount=type=cache,id=shared,target=/by-id --mount=type=cache,target=/by-target';
  const { request, lines } = builds.of(
    {
      Dockerfile: `FROM slipway-test/busybox:1\nRUN ${mounts} \\\n  echo found: $(cat /by-id/* /by-target/* | sort -u); touch ${randomId()} && echo ${word} > /by-id/${word} && echo ${word} > /by-target/${word}`,
    },
    { app, cacheScope: `slipway-${builds.instance}-${app}` },
  );
  await builder.build(request);
  const shown = detailsOf(lines);
  assert.ok(
    shown.some((line) => line.includes('] RUN echo found:')),
    shown.join('\n'),
  );
  return shown.find((line) => line.startsWith('found:')) ?? '';
}

test('Caches of the same id and target are seen by the next build of an app, and by no other app.', async () => {
  assert.equal(await found('shop', 'one'), 'found:');
  assert.equal(await found('blog', 'two'), 'found:');
  assert.equal(await found('shop', 'three'), 'found: one');
  assert.equal(await found('blog', 'four'), 'found: two');
});
