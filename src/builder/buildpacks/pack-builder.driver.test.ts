import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { failureOf, TrialBuilds } from '../../../test/machine/trial-builds.ts';
import { Secret } from '../../base/secret.ts';

/*
 * The program pack cannot be had here. What stands in for it is a script that is called as pack is documented, and makes
 * an image as the Platform Specification says: this tests what we ask it for and what we make of its image, not pack.
 */
const standIn = (folder: string) => `#!/bin/sh
printf '%s\\n' "$@" > ${folder}/arguments
if [ "$1" = version ]; then echo 0.36.0; exit 0; fi
cat "$6" > ${folder}/env
before=; for word; do [ "$before" != --env ] || printf '%s=%s;' "$word" "$(printenv "$word")"; before=$word; done > ${folder}/variables
case "$(cat "$4/mode")" in fail) echo 'ERROR: No buildpack groups passed detection.' >&2; exit 20 ;; esac
docker build -q -t "$2" -f - "$4" <<'END'
FROM debian:bookworm-slim
RUN mkdir -p /cnb/lifecycle && printf '#!/bin/sh\\nshift\\nFROM_LAUNCHER=yes exec "$@"\\n' > /cnb/lifecycle/launcher && chmod 755 /cnb/lifecycle/launcher
COPY . /workspace
WORKDIR /workspace
USER 1000
LABEL io.buildpacks.build.metadata='{"processes":[{"type":"web","command":["sh"],"args":["serve.sh"],"direct":true}]}'
END
`;

const trial = new TrialBuilds();
const folder = mkdtempSync(join(tmpdir(), 'slipway-pack-'));
const path = process.env['PATH'] ?? '';

before(async () => {
  await ensureBaseImages(trial.docker);
  writeFileSync(join(folder, 'pack'), standIn(folder));
  chmodSync(join(folder, 'pack'), 0o755);
});
after(async () => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
  await trial.close();
});

test('Where pack is not installed, that is what is said.', async () => {
  const builder = trial.packing(folder);
  assert.equal(await builder.usable(), false);
  const failed = await failureOf(builder.build(trial.of({ 'project.toml': '' }).request));
  assert.equal(failed.code, 'E_NO_BUILDER');
});

test('pack is asked for an image, whose launcher then starts the processes that it names.', async () => {
  process.env['PATH'] = `${folder}:${path}`;
  const builder = trial.packing(folder);
  assert.equal(await builder.usable(), true);
  const config = { GREETING: new Secret('hello'), LONG: new Secret('a\nb'), PATH: new Secret('c\nd') };
  const { request, lines } = trial.of(
    { 'project.toml': '', mode: 'work', 'serve.sh': 'echo served' },
    { config },
  );
  const image = await builder.build(request);
  assert.deepEqual(image.processes, { web: 'sh serve.sh' });
  assert.equal(readFileSync(join(folder, 'env'), 'utf8'), 'GREETING=hello\n');
  assert.equal(readFileSync(join(folder, 'variables'), 'utf8'), 'LONG=a\nb;');
  const [warning] = lines.filter(({ kind }) => kind === 'warning');
  assert.match(warning?.text ?? '', /^PATH has several lines/);
  const words = readFileSync(join(folder, 'arguments'), 'utf8').split('\n');
  assert.deepEqual(words.slice(0, 1), ['build']);
  assert.ok(!words.some((word) => /^LONG=|^b$/.test(word)), 'a value is in an argument');
  assert.deepEqual(words.slice(words.indexOf('--builder')), ['--builder', 'heroku/builder:24', '']);
  assert.equal(await trial.outputOf(image.id, 'sh', '-c', 'cat mode; echo " $FROM_LAUNCHER"'), 'work yes\n');
});

test('A builder that project.toml names is left to pack, and what pack says last is shown.', async () => {
  const { request } = trial.of({ 'project.toml': '[io.buildpacks]\nbuilder = "a/b"\n', mode: 'fail' });
  const failed = await failureOf(trial.packing(folder).build(request));
  assert.equal(failed.code, 'E_BUILD_FAILED');
  assert.deepEqual(failed.detail, ['ERROR: No buildpack groups passed detection.']);
  assert.doesNotMatch(readFileSync(join(folder, 'arguments'), 'utf8'), /--builder/);
});
