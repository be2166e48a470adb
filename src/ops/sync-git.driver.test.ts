import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { call, failsWith, hello } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { exec } from '../base/exec.ts';
import { recover } from './recover.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-sync-'));
const address = `file://${folder}`;

async function git(...words: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  return (await exec('git', words, { cwd: folder, env })).stdout.trim();
}

async function commit(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await git('add', '-A');
  await git('commit', '-q', '-m', 'change');
  return git('rev-parse', 'HEAD');
}

let first: string;
let second: string;

before(async () => {
  await git('init', '-q', '-b', 'trunk');
  first = await commit(hello);
  await git('tag', 'v1');
  second = await commit({ more: 'more' });
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function shop(allowPrivateDownloads = true): Promise<MemoryDeps> {
  const deps = memoryDeps({ settings: { allowPrivateDownloads } });
  mkdirSync(join(deps.settings.root, 'repos'));
  await call(deps, ['apps:create', { app: 'shop' }]);
  return deps;
}

/** The repository over http for who logs in; what it saw of all processes' command lines when it was asked. */
async function privateServer(t: { after: (done: () => void) => void }, login: string) {
  await git('update-server-info');
  const wanted = `Basic ${Buffer.from(login).toString('base64')}`;
  const commandLines: string[] = [];
  const server = createServer((request, response) => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      commandLines.push(readCommandLine(pid));
    if (request.headers.authorization !== wanted)
      return response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
    const path = join(folder, '.git', new URL(request.url ?? '/', 'http://x').pathname);
    return existsSync(path) ? response.end(readFileSync(path)) : response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, commandLines };
}

/** Empty for a process that is gone. */
function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const sync = (deps: MemoryDeps, more: object = {}) =>
  call(deps, ['git:sync', { app: 'shop', repository: address, build: true, ...more }]);

describe('git:sync', () => {
  it('deploys the default branch, which is then the deploy branch and in the repository of the app', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    assert.equal((await sync(deps)).release, 1);
    const [release] = await call(deps, ['releases', { app: 'shop' }]);
    assert.deepEqual([release?.revision, release?.description], [second, `Deploy ${second.slice(0, 7)}`]);
    assert.equal(deps.store.apps.find('shop')?.deployBranch, 'trunk');
    assert.equal(await deps.doors.branchHead('shop', 'trunk'), second);
    assert.deepEqual(readdirSync(join(deps.settings.root, 'repos')), ['shop.git']);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.outcome, event?.subject], ['ok', address]);
  });

  it('deploys a tag or a commit; without --build only the repository follows', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await sync(deps, { ref: 'v1' });
    assert.equal((await call(deps, ['releases', { app: 'shop' }]))[0]?.revision, first);
    await sync(deps, { ref: second });
    assert.equal((await call(deps, ['releases', { app: 'shop' }]))[0]?.revision, second);
    const branch = deps.store.apps.find('shop')?.deployBranch ?? '';
    await sync(deps, { ref: 'v1', build: false });
    assert.equal(await deps.doors.branchHead('shop', branch), first);
    assert.equal((await call(deps, ['releases', { app: 'shop' }])).length, 2);
  });

  it('that fails leaves no clone, and the branch where it was', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await sync(deps);
    await failsWith('E_INPUT', sync(deps, { ref: 'nowhere' }));
    await failsWith('E_DOWNLOAD', sync(deps, { repository: 'file:///nonexistent' }));
    await commit({ Dockerfile: 'RUN false' });
    await failsWith('E_BUILD_FAILED', sync(deps));
    assert.equal(await deps.doors.branchHead('shop', 'trunk'), second);
    assert.deepEqual(readdirSync(join(deps.settings.root, 'repos')), ['shop.git']);
  });

  it('that died with slipwayd leaves a clone until the next start', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await sync(deps, { ref: 'v1' });
    await deps.settled();
    mkdirSync(join(deps.settings.root, 'repos', '.sync-abc'));
    await recover(deps.restarted());
    assert.deepEqual(readdirSync(join(deps.settings.root, 'repos')), ['shop.git']);
  });

  it('asks no address of this machine or its network, unless the server allows it', async (t) => {
    const deps = await shop(false);
    t.after(() => deps.close());
    await failsWith('E_INPUT', sync(deps));
    for (const repository of [
      'http://127.0.0.1:1/x.git',
      'https://[::1]/x.git',
      'ssh://git@10.0.0.1/x.git',
      'git://169.254.169.254/x.git',
      'git@localhost:x.git',
    ])
      await failsWith('E_DOWNLOAD', sync(deps, { repository }));
  });

  it('logs in to a host with what git:auth keeps, which no list of processes shows', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const server = await privateServer(t, 'ann:t0ken-of-ann');
    const repository = `http://${server.host}/`;
    const refused = await failsWith('E_DOWNLOAD', sync(deps, { repository }));
    assert.match(refused.hint ?? '', /git:auth 127\.0\.0\.1/);
    await call(deps, ['git:auth', { host: server.host, username: 'ann', password: 't0ken-of-ann' }]);
    assert.equal((await sync(deps, { repository, ref: 'v1' })).release, 1);
    assert.ok(server.commandLines.some((line) => line.includes('git-remote-http')));
    assert.ok(server.commandLines.every((line) => !/t0ken|YW5uOn/.test(line)));
  });

  it('never tells a password of the address', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const repository = 'http://ann:s3cret@127.0.0.1:1/x.git';
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }) => void lines.push(text);
    const failed = await failsWith(
      'E_DOWNLOAD',
      call(deps, ['git:sync', { app: 'shop', repository }], { onLine }),
    );
    const told = JSON.stringify([failed.message, failed.detail, lines, deps.store.events.list({ limit: 5 })]);
    assert.doesNotMatch(told, /s3cret/);
  });
});
