import assert from 'node:assert/strict';
import { appSource } from './app-source.ts';
import { Docker } from '../../src/tools/docker.ts';
import { ensureBaseImages } from './base-images.ts';
import { Sandbox } from './sandbox.ts';

/** A sandbox on a machine that has these base images. */
export async function sandboxWith(images: readonly string[]): Promise<Sandbox> {
  const docker = new Docker('/var/run/docker.sock');
  await ensureBaseImages(docker, images).finally(() => docker.close());
  return Sandbox.start();
}

/** Pushes an app of test/apps under its name; the repository and the output. */
export async function pushedApp(
  sandbox: Sandbox,
  app: string,
): Promise<{ readonly repository: string; readonly output: string }> {
  const repository = await sandbox.repository(await appSource(app));
  const { code, output } = await sandbox.push(repository, app);
  assert.equal(code, 0, output);
  return { repository, output };
}

/** Pushes a change of some of its files; the output. */
export async function pushedChange(
  sandbox: Sandbox,
  { app, repository, files }: { app: string; repository: string; files: Readonly<Record<string, string>> },
): Promise<string> {
  await sandbox.commit(repository, files);
  const { code, output } = await sandbox.push(repository, app);
  assert.equal(code, 0, output);
  return output;
}

/** A request of a second that is under way when the process is replaced gets its whole answer. */
export async function drains(
  sandbox: Sandbox,
  app: string,
  { path = '/slow', answer }: { readonly path?: string; readonly answer: RegExp },
): Promise<void> {
  const slow = sandbox.get(app, path);
  await sandbox.ok('ps:restart', app);
  const { status, body } = await slow;
  assert.equal(status, 200);
  assert.match(body, answer);
}
