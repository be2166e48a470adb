import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ensureTestImage } from '../../test/machine/test-image.ts';
import { failureOf, TrialBuilds } from '../../test/machine/trial-builds.ts';
import { Docker } from '../tools/docker.ts';

const builds = new TrialBuilds();
const builder = builds.builder();
const base = 'slipway-test/busybox:1';

before(() => ensureTestImage(builds.docker));
after(() => builds.close());

test('A step that fails is named, with its exit code and its last lines.', async () => {
  const { request } = builds.of({
    Dockerfile: `FROM ${base}\nRUN for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; exit 3`,
  });
  const error = await failureOf(builder.build(request));
  assert.equal(error.code, 'E_BUILD_FAILED');
  assert.match(error.message, /^The step "RUN for i in .*exit 3" ended with exit code 3$/);
  assert.deepEqual(
    error.detail,
    Array.from({ length: 10 }, (_, at) => `line ${at + 3}`),
  );
});

test('A step that copies what is not there is named.', async () => {
  const error = await failureOf(
    builder.build(builds.of({ Dockerfile: `FROM ${base}\nCOPY nothing /` }).request),
  );
  assert.equal(error.code, 'E_BUILD_FAILED');
  assert.match(error.message, /^The step "COPY nothing \/" failed: .*nothing.* not found$/);
});

test('A Dockerfile that cannot be read is refused with its line.', async () => {
  const error = await failureOf(builder.build(builds.of({ Dockerfile: `FROM ${base}\n\nFOO bar` }).request));
  assert.equal(error.code, 'E_DOCKERFILE');
  assert.equal(error.message, 'Dockerfile line 3: unknown instruction: FOO');
  assert.equal(
    (await failureOf(builder.build(builds.of({ Dockerfile: '# nothing' }).request))).code,
    'E_DOCKERFILE',
  );
});

test('A Dockerfile that is missing, a folder or outside the tree is refused.', async () => {
  const tree = builds.tree({ 'folder/x': '' });
  symlinkSync('/etc/passwd', join(tree, 'link'));
  for (const [dockerfile, words] of [
    ['ops/Dockerfile', 'ops/Dockerfile'],
    ['folder', 'no plain file'],
    ['link', 'leads out'],
    ['../x', 'leads out'],
    ['/etc/passwd', 'leads out'],
  ] as const) {
    const error = await failureOf(builder.build(builds.of(tree, { dockerfile }).request));
    assert.equal(error.code, 'E_DOCKERFILE', dockerfile);
    assert.ok(error.message.includes(words), error.message);
  }
});

test('A base image that cannot be had is named.', async () => {
  const error = await failureOf(
    builder.build(builds.of({ Dockerfile: `FROM slipway-test/none-${builds.instance}:1` }).request),
  );
  assert.equal(error.code, 'E_IMAGE_UNAVAILABLE');
});

test('A standard syntax line is left out with a warning, and lines keep their numbers.', async () => {
  const { request, lines } = builds.of({
    Dockerfile: `# syntax=docker/dockerfile:1.9\n# escape=\`\nFROM ${base}\nRUN true \`\n  ; true\nFOO`,
  });
  const error = await failureOf(builder.build(request));
  assert.equal(error.message, 'Dockerfile line 6: unknown instruction: FOO');
  assert.match(error.hint ?? '', /docker\/dockerfile:1\.9/);
  assert.equal(lines.filter(({ kind }) => kind === 'warning').length, 1);
});

test('A syntax of somebody else is refused before anything of it runs.', async () => {
  const { request } = builds.of({ Dockerfile: `# syntax=${base}\nFROM ${base}` });
  const error = await failureOf(builder.build(request));
  assert.equal(error.code, 'E_DOCKERFILE');
  assert.match(error.message, /only docker\/dockerfile is/);
});

test('Docker that does not answer is told from a build that fails.', async () => {
  const nobody = new Docker(join(builds.root, 'no.sock'));
  const request = builds.of({ Dockerfile: `FROM ${base}` }).request;
  const error = await failureOf(builds.builder([], nobody).build(request));
  assert.equal(error.code, 'E_DOCKER_DOWN');
});
