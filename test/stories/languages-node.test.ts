import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Docker } from '../../src/tools/docker.ts';
import { appSource } from '../machine/app-source.ts';
import { ensureBaseImages } from '../machine/base-images.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  const docker = new Docker('/var/run/docker.sock');
  await ensureBaseImages(docker, ['node:22-bookworm-slim', 'caddy:2']).finally(() => docker.close());
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

/** Pushes an app of test/apps under its name, with this config; the repository and the output. */
async function pushed(
  app: string,
  config: readonly string[],
): Promise<{ repository: string; output: string }> {
  await sandbox.ok('apps:create', app);
  await sandbox.ok('config:set', app, ...config);
  const repository = await sandbox.repository(await appSource(app));
  const { code, output } = await sandbox.push(repository, app);
  assert.equal(code, 0, output);
  return { repository, output };
}

/** A change of the code in a file alone. */
async function changed(
  app: string,
  repository: string,
  { path, from, to }: { readonly path: string; readonly from: string; readonly to: string },
): Promise<string> {
  const { [path]: text = '' } = await appSource(app);
  assert.ok(text.includes(from));
  await sandbox.commit(repository, { [path]: text.replace(from, to) });
  const { code, output } = await sandbox.push(repository, app);
  assert.equal(code, 0, output);
  return output;
}

async function answerOf(app: string): Promise<Record<string, unknown>> {
  return JSON.parse((await sandbox.get(app)).body) as Record<string, unknown>;
}

test('npm: built with the config, without rights and packages of the build, drains, installs once', async () => {
  const { repository, output } = await pushed('node-npm', ['GREETING=hello']);
  assert.match(output, /Building as node \(Express\): package\.json found/);
  const { node, ...answer } = await answerOf('node-npm');
  assert.match(String(node), /^22\./);
  assert.deepEqual(answer, { text: 'one', uid: 1000, hasDev: false, greeting: 'hello' });
  const slow = sandbox.get('node-npm', '/slow');
  await sandbox.ok('ps:restart', 'node-npm');
  assert.equal((await slow).body, 'slow but whole');
  const again = await changed('node-npm', repository, { path: 'server.js', from: "'one'", to: "'two'" });
  assert.match(again, /CACHED .*npm ci/);
  assert.match(again, /CACHED .*npm prune/);
  assert.equal((await answerOf('node-npm'))['text'], 'two');
});

test('pnpm: a workspace that is built is used by the one that is started, which drains', async () => {
  const { repository, output } = await pushed('node-pnpm', ['UNUSED=1']);
  assert.match(output, /pnpm 9, as pnpm-lock\.yaml says\s+remote:\s+2 workspaces/);
  assert.deepEqual(await answerOf('node-pnpm'), { text: 'one', uid: 1000, hasDev: false });
  const slow = sandbox.get('node-pnpm', '/slow');
  await sandbox.ok('ps:restart', 'node-pnpm');
  assert.equal((JSON.parse((await slow).body) as { text: string }).text, 'one');
  const again = await changed('node-pnpm', repository, {
    path: 'packages/text/build.js',
    from: "'one'",
    to: "'two'",
  });
  assert.match(again, /CACHED .*pnpm install --frozen-lockfile --prod=false/);
  assert.equal((await answerOf('node-pnpm'))['text'], 'two');
});

test('Vite and React: pages with the config in them, from an image without Node, installed once', async () => {
  const { repository, output } = await pushed('node-vite-react', ['VITE_GREETING=hello']);
  assert.match(output, /pages of dist are served as they are/);
  const { body, headers } = await sandbox.get('node-vite-react', '/some/page');
  assert.match(String(headers['content-type']), /text\/html/);
  const script = /src="(\/assets\/[\w.-]+\.js)"/.exec(body)?.[1] ?? '';
  assert.match((await sandbox.get('node-vite-react', script)).body, /greeting: hello/);
  assert.equal((await sandbox.get('node-vite-react', '/assets/none.js')).status, 404);
  const again = await changed('node-vite-react', repository, {
    path: 'src/main.jsx',
    from: 'greeting:',
    to: 'said:',
  });
  assert.match(again, /CACHED .*npm ci/);
});
