import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../../../../../test/machine/app-source.ts';
import { ensureBaseImages } from '../../../../../test/machine/base-images.ts';
import { detailsOf, failureOf, TrialBuilds } from '../../../../../test/machine/trial-builds.ts';

const trial = new TrialBuilds();

before(() => ensureBaseImages(trial.docker, ['node:22-bookworm-slim', 'oven/bun:1-slim']));
after(() => trial.close());

const ask = `fetch('http://127.0.0.1:5000').then((answer) => answer.text()).then(console.log, () => process.exit(1))`;

/** Builds an app of test/apps, and asks it as its image starts it. */
async function answerOf(
  app: string,
  runtime: 'node' | 'bun' = 'node',
  more: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const { request } = trial.of({ ...(await appSource(app)), ...more });
  const { id, processes = {} } = await trial.detecting().build(request);
  const start = `(export PORT=5000; exec ${processes['web']}) & until ${runtime} -e "${ask}" 2>/dev/null; do sleep 0.1; done`;
  const output = await trial.outputOf(id, 'timeout', '20', 'sh', '-c', start);
  return JSON.parse(output) as Record<string, unknown>;
}

test('An app of yarn 1 is built and answers.', async () => {
  assert.deepEqual(await answerOf('node-yarn1'), { uid: 1000, bun: false, hasDev: false });
});

test('An app of yarn 4 is built and answers, with its packages in node_modules.', async () => {
  assert.deepEqual(await answerOf('node-yarn4'), { uid: 1000, bun: false, hasDev: false });
});

test('An app that bun starts is built and answers, from an image with bun alone.', async () => {
  assert.deepEqual(await answerOf('node-bun', 'bun'), { uid: 1000, bun: true, hasDev: false });
});

test('An app whose build writes into its packages is built where they are, and answers.', async () => {
  const { 'package.json': text = '' } = await appSource('node-npm');
  const manifest = JSON.parse(text) as { scripts: Record<string, string> };
  const scripts = { ...manifest.scripts, 'heroku-cleanup': 'touch node_modules/express/cleaned' };
  const more = { 'package.json': JSON.stringify({ ...manifest, scripts }) };
  const { node, ...answer } = await answerOf('node-npm', 'node', more);
  assert.match(String(node), /^22\./);
  assert.deepEqual(answer, { text: 'one', uid: 1000, hasDev: false, greeting: 'none' });
});

test('A lock file that is out of step fails the build, with the command that mends it.', async () => {
  const files = await appSource('node-npm');
  const manifest = JSON.parse(files['package.json'] ?? '') as { dependencies: Record<string, string> };
  const dependencies = { ...manifest.dependencies, ms: '^2.1.3' };
  const changed = { ...files, 'package.json': JSON.stringify({ ...manifest, dependencies }) };
  const { request, lines } = trial.of(changed);
  const failed = await failureOf(trial.detecting().build(request));
  assert.equal(failed.code, 'E_BUILD_FAILED');
  assert.match(String(failed.hint), /run npm install, commit package-lock\.json and push again/);
  assert.ok(detailsOf(lines).some((text) => text.includes('in sync')));
});
