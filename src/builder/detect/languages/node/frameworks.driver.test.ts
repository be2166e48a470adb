import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appSource } from '../../../../../test/machine/app-source.ts';
import { ensureBaseImages } from '../../../../../test/machine/base-images.ts';
import { whileRunning } from '../../../../../test/machine/running-image.ts';
import { TrialBuilds } from '../../../../../test/machine/trial-builds.ts';
import { wait } from '../../../../base/retry.ts';
import { Secret } from '../../../../base/secret.ts';

const trial = new TrialBuilds();

before(() => ensureBaseImages(trial.docker, ['node:22-bookworm-slim', 'debian:bookworm-slim', 'caddy:2']));
after(() => trial.close());

interface Seen {
  /** Path -> status and text. */
  readonly pages: Readonly<Record<string, string>>;
  readonly uids: readonly string[];
  /** Exit code after SIGTERM. */
  readonly end: number;
  /** Those of the image; undefined: it has no Node. */
  readonly packages: readonly string[] | undefined;
}

/**
 * Builds an app of test/apps with a greeting in its config, runs its image, asks for these paths, and ends it. `slow`: one
 * whose answer is under way then.
 */
async function seenOf(app: string, paths: readonly string[], slow?: string): Promise<Seen> {
  const greeting = new Secret('salut');
  const config = { VITE_GREETING: greeting, PUBLIC_GREETING: greeting, NEXT_PUBLIC_GREETING: greeting };
  const { request } = trial.of(await appSource(app), { config });
  const { id } = await trial.detecting().build(request);
  const pages: Record<string, string> = {};
  let uids: readonly string[] = [];
  let last: Promise<void> | undefined;
  const end = await whileRunning(trial, id, async (running) => {
    const ask = async (path: string) => {
      const { status, body } = await running.get(path);
      pages[path] = `${status} ${body}`;
    };
    for (const path of paths) await ask(path);
    uids = await running.uids();
    if (slow === undefined) return;
    last = ask(slow);
    await Promise.race([last, wait(500)]);
  });
  await last;
  return { pages, uids, end, packages: await packagesIn(id) };
}

/** npm leaves empty folders of scopes behind. */
async function packagesIn(image: string): Promise<readonly string[] | undefined> {
  const list = 'ls -d /app/node_modules/*/package.json /app/node_modules/@*/*/package.json 2>/dev/null | cat';
  const output = await trial.outputOf(image, 'sh', '-c', `command -v node && ${list}`);
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.length === 0
    ? undefined
    : lines.slice(1).map((line) => line.slice('/app/node_modules/'.length, -'/package.json'.length));
}

function assertEnded({ uids, end }: Seen): void {
  assert.deepEqual(uids, ['1000']);
  assert.ok(end === 0 || end === 143, `exit code ${end}`);
}

test('NestJS as its scaffold is: built by what the image does not have, and answers.', async () => {
  const seen = await seenOf('node-nest', ['/']);
  assert.deepEqual(seen.pages, { '/': '200 {"text":"nest","uid":1000}' });
  assertEnded(seen);
  assert.ok(seen.packages?.includes('@nestjs/core') && !seen.packages.includes('typescript'));
});

test('SvelteKit with its adapter for Node: a server, and the files beside it.', async () => {
  const seen = await seenOf('node-svelte', ['/', '/hello.txt']);
  assert.match(seen.pages['/'] ?? '', /^200 .*svelte, uid 1000/s);
  assert.equal(seen.pages['/hello.txt'], '200 hello\n');
  assertEnded(seen);
  assert.deepEqual(seen.packages, []);
});

test('Astro: pages, and its own page for what is not there; nothing of Node.', async () => {
  const seen = await seenOf('node-astro', ['/', '/hello.txt', '/nothing']);
  assert.match(seen.pages['/'] ?? '', /^200 .*greeting: salut/s);
  assert.equal(seen.pages['/hello.txt'], '200 hello\n');
  assert.match(seen.pages['/nothing'] ?? '', /^404 .*No such page/s);
  assertEnded(seen);
  assert.equal(seen.packages, undefined);
});

test('Vue by Vite: one page for all paths, and its script built with the config; nothing of Node.', async () => {
  const first = await seenOf('node-vue', ['/any/path']);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(first.pages['/any/path'] ?? '')?.[1] ?? assert.fail();
  const seen = await seenOf('node-vue', [script]);
  assert.match(seen.pages[script] ?? '', /^200 .*salut/s);
  assertEnded(seen);
  assert.equal(seen.packages, undefined);
});

test('Next.js, standalone: pages and public files; an answer that is under way at SIGTERM is whole.', async () => {
  const seen = await seenOf('node-next', ['/', '/hello.txt'], '/slow');
  assert.match(seen.pages['/'] ?? '', /^200 .*uid 1000, greeting salut/s);
  assert.equal(seen.pages['/hello.txt'], '200 hello\n');
  assert.equal(seen.pages['/slow'], '200 slow but whole');
  assertEnded(seen);
});
