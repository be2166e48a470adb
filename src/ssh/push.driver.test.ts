import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { exec, run } from '../base/exec.ts';
import type { Seen } from '../../test/machine/other-end.ts';
import { SshHost } from '../../test/machine/ssh-host.ts';

type Receive = (response: ServerResponse, request: IncomingMessage, seen: Seen) => Promise<void> | void;

let host: SshHost;
let deployBranch = '';
let refusal: string | undefined;
let receive: Receive;
/** Query of the deploys that were asked for. */
let received: Record<string, string>[] = [];
let trees: Buffer[] = [];

const accept: Receive = async (response, request) => {
  trees.push(await buffer(request));
  response.write('-----> Building\n');
  response.end('=====> Live\n');
};

const refuse: Receive = async (response, request) => {
  trees.push(await buffer(request));
  response.write(' !     E_BUILD_FAILED: no\n', () => response.destroy());
};

before(async () => {
  host = await SshHost.start();
  host.daemon.answer = async (request, response, seen) => {
    if (seen.url.pathname === '/v1/git/receive') {
      received.push({
        ...Object.fromEntries(seen.url.searchParams),
        key: String(seen.headers['slipway-key']),
      });
      await receive(response, request, seen);
      return;
    }
    if (seen.url.pathname === '/') {
      response.writeHead(404).end();
      return;
    }
    assert.equal(seen.url.pathname, '/v1/git/authorize');
    const form = new URLSearchParams(await text(request));
    if (refusal !== undefined) response.writeHead(403).end(refusal);
    else response.end(`${host.path('repositories', form.get('app') ?? '')}\n${deployBranch}\n`);
  };
});

after(() => host.stop());

beforeEach(() => {
  [deployBranch, refusal, receive, received, trees] = ['', undefined, accept, [], []];
});

async function namesIn(tar: Buffer | undefined): Promise<readonly string[]> {
  const { stdout } = await exec('tar', ['-t'], { stdin: Readable.from([tar ?? '']) });
  return stdout.trim().split('\n');
}

describe('a push', () => {
  it('sends its tree to slipwayd, shows the lines, and moves the branch when the deploy succeeded', async () => {
    const cwd = await host.makeRepository('accepted');
    const commit = (await host.git(cwd, 'rev-parse', 'HEAD')).stdout.trim();
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /remote: -----> Building\s*\n\s*remote: =====> Live/);
    const before = '0'.repeat(40);
    assert.deepEqual(received, [{ app: 'accepted', commit, before, branch: 'main', key: 'alice' }]);
    assert.deepEqual(await namesIn(trees[0]), ['Procfile']);
    assert.equal(await host.refOf('accepted', 'main'), commit);
    await host.commit(cwd, 'web: ./serve --again\n');
    assert.equal((await host.git(cwd, 'push', 'slipway', 'main')).code, 0);
    assert.equal(received[1]?.['before'], commit);
  });

  it('leaves the branch where it was when the deploy failed, and can be made again', async () => {
    const cwd = await host.makeRepository('refused');
    receive = refuse;
    const failed = await host.git(cwd, 'push', 'slipway', 'main');
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /remote: {2}! {5}E_BUILD_FAILED: no/);
    assert.match(failed.stderr, /pre-receive hook declined/);
    assert.equal(await host.refOf('refused', 'main'), undefined);
    receive = accept;
    assert.equal((await host.git(cwd, 'push', 'slipway', 'main')).code, 0);
    assert.notEqual(await host.refOf('refused', 'main'), undefined);
  });

  it('is cancelled by Ctrl-C', async () => {
    const cwd = await host.makeRepository('cancelled');
    const working = Promise.withResolvers<Seen>();
    receive = async (response, request, seen) => {
      await buffer(request);
      response.write('-----> Building\n', () => working.resolve(seen));
    };
    const push = spawn('git', ['push', 'slipway', 'main'], {
      cwd,
      env: host.env,
      detached: true,
      stdio: 'ignore',
    });
    const seen = await working.promise;
    assert(push.pid !== undefined);
    process.kill(-push.pid, 'SIGINT');
    await seen.closed;
    assert.equal(await host.refOf('cancelled', 'main'), undefined);
  });

  it('of several branches deploys main when none is chosen yet', async () => {
    const cwd = await host.makeRepository('several');
    await host.git(cwd, 'branch', 'topic');
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'topic', 'main');
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      received.map(({ branch }) => branch),
      ['main'],
    );
    assert.match(stderr, /! {5}Pushed to topic: not deployed; the deploy branch is main/);
  });

  it('of several branches of which none is main deploys nothing', async () => {
    const cwd = await host.makeRepository('unclear');
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main:a', 'main:b');
    assert.equal(code, 0, stderr);
    assert.deepEqual(received, []);
    assert.match(stderr, /Pushed to a: not deployed; the deploy branch is not chosen yet/);
  });

  it('of a tag or of another branch is taken, but not deployed', async () => {
    const cwd = await host.makeRepository('noted');
    deployBranch = 'release/1+x';
    await host.git(cwd, 'tag', 'v1');
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main', 'v1');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Pushed to main: not deployed; the deploy branch is release\/1\+x/);
    assert.match(stderr, /Pushed to v1: not deployed/);
    assert.deepEqual(received, []);
    assert.notEqual(await host.refOf('noted', 'refs/tags/v1'), undefined);
    assert.equal((await host.git(cwd, 'push', 'slipway', 'main:release/1+x')).code, 0);
    assert.equal(received[0]?.['branch'], 'release/1+x');
  });

  it('may delete every branch but the deploy branch', async () => {
    const cwd = await host.makeRepository('deleted');
    deployBranch = 'main';
    await host.git(cwd, 'push', 'slipway', 'main', 'main:topic');
    assert.equal((await host.git(cwd, 'push', 'slipway', ':topic')).code, 0);
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', ':main');
    assert.equal(code, 1);
    assert.match(stderr, /main is the deploy branch: it cannot be deleted/);
    assert.notEqual(await host.refOf('deleted', 'main'), undefined);
  });

  it('of a branch with a strange name is refused before anything is sent', async () => {
    const cwd = await host.makeRepository('strange');
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main:a&app=other#$(id)');
    assert.equal(code, 1);
    assert.match(stderr, /may only have letters/);
    assert.deepEqual(received, []);
  });

  it('warns that submodules are not fetched', async () => {
    const cwd = await host.makeRepository('submodules');
    await writeFile(join(cwd, '.gitmodules'), '[submodule "x"]\n\tpath = x\n\turl = ./x\n');
    await host.commit(cwd, 'web: x\n');
    assert.match((await host.git(cwd, 'push', 'slipway', 'main')).stderr, /Submodules are not fetched/);
  });

  it('sends a tree that is larger than every buffer on the way', async () => {
    const cwd = await host.makeRepository('large');
    await writeFile(join(cwd, 'data'), Buffer.alloc(20_000_000, 'x\n'));
    await host.commit(cwd, 'web: x\n');
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main');
    assert.equal(code, 0, stderr);
    assert.equal(received.length, 1);
    assert.ok((trees[0]?.length ?? 0) > 20_000_000);
  });

  it('fails with a reason when slipwayd is down, at the start or by the time of the tree', async () => {
    const cwd = await host.makeRepository('down');
    await host.writePaths(host.path('nobody.sock'));
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main');
    await host.writePaths(host.daemon.socketPath);
    assert.notEqual(code, 0);
    assert.match(stderr, /slipwayd does not answer/);
    receive = (_response, request) => void request.socket.destroy();
    const later = await host.git(cwd, 'push', 'slipway', 'main');
    assert.equal(later.code, 1);
    assert.match(later.stderr, /connection to slipwayd broke off/);
    assert.doesNotMatch(later.stderr, /went away/);
  });

  it('shows why slipwayd does not let it in', async () => {
    const cwd = await host.makeRepository('locked');
    refusal = ' !     E_APP_LOCKED: App locked refuses deploys\n !     Fix: slipway apps:unlock locked\n';
    const { code, stderr } = await host.git(cwd, 'push', 'slipway', 'main');
    assert.notEqual(code, 0);
    assert.ok(stderr.startsWith(refusal), stderr);
    assert.equal(await host.refOf('locked', 'main'), undefined);
  });
});

it('a clone gives back what was pushed', async () => {
  const cwd = await host.makeRepository('cloned');
  await host.git(cwd, 'push', 'slipway', 'main');
  const { code, stderr } = await host.git(host.path('work'), 'clone', '-q', 'box:cloned.git', 'again');
  assert.equal(code, 0, stderr);
  assert.match((await host.git(host.path('work', 'again'), 'log', '--oneline')).stdout, /a change/);
});

it('a tree that cannot be read to its end is not deployed', async () => {
  const cwd = await host.makeRepository('cut');
  await writeFile(join(cwd, 'large'), Buffer.alloc(3_000_000, 'y\n'));
  await writeFile(join(cwd, 'zz'), 'the last file');
  const commit = await host.commit(cwd, 'web: x\n');
  const blob = (await host.git(cwd, 'rev-parse', 'HEAD:zz')).stdout.trim();
  await rm(join(cwd, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
  const ended: boolean[] = [];
  receive = async (_response, request) => {
    for await (const chunk of request) assert.ok(chunk);
  };
  host.daemon.answer = ((before) => async (request, response, seen) => {
    request.on('close', () => ended.push(request.complete));
    await Promise.resolve(before(request, response, seen)).catch(() => {});
  })(host.daemon.answer);
  const hook = {
    SLIPWAY_APP: 'cut',
    SLIPWAY_KEY: 'alice',
    SLIPWAY_DEPLOY_BRANCH: 'main',
    SLIPWAY_DOOR: host.daemon.socketPath,
    SLIPWAY_SESSION: String(process.pid),
  };
  const { code, stdout } = await run(host.path('dist', 'hooks', 'pre-receive'), [], {
    cwd,
    env: { ...host.env, ...hook },
    stdin: `${'0'.repeat(40)} ${commit} refs/heads/main\n`,
  });
  await host.daemon.seen.at(-1)?.closed;
  assert.equal(code, 1);
  assert.match(stdout, /could not be read/);
  assert.deepEqual([received.length, ended], [1, [false]]);
});
