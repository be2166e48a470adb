import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { buildCli } from '../../scripts/build.ts';
import { type ExecOptions, run } from '../base/exec.ts';
import { commandOf, messages, OtherEnd, type Seen } from '../../test/machine/other-end.ts';

let folder = '';
let daemon: OtherEnd;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  await mkdir(join(folder, 'run'));
  await buildCli(folder);
  daemon = new OtherEnd(join(folder, 'run', 'root.sock'));
  await daemon.listen();
});

after(async () => {
  await daemon.close();
  await rm(folder, { recursive: true });
});

const program = () => join(folder, 'slipway.cjs');
const env = () => ({ PATH: process.env['PATH'] ?? '', SLIPWAY_ROOT: folder });

function slipway(words: readonly string[], options: ExecOptions = {}) {
  return run(process.execPath, [program(), ...words], { env: env(), ...options });
}

function start(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program(), ...words], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
}

it('is one file of our own code', async () => {
  const code = await readFile(program(), 'utf8');
  assert.doesNotMatch(code, /zod|node_modules\/|require\("node:https?"\)/i);
});

it('prints lines where they belong, and ends with the status of the command', async () => {
  daemon.answer = async (request, response) => {
    assert.deepEqual(await commandOf(request), { words: ['apps:report', 'shop'], color: false });
    messages(response, { t: 'out', text: 'one\ntwo' }, { t: 'err', text: 'bad' }, { t: 'end', exit: 20 });
  };
  const { code, stdout, stderr } = await slipway(['apps:report', 'shop']);
  assert.deepEqual([code, stdout, stderr], [20, 'one\ntwo\n', 'bad\n']);
});

it('prints all of a long answer, also to a reader that is slow to begin', async () => {
  const long = 'x'.repeat(1000);
  daemon.answer = (_request, response) => {
    const lines = Array.from({ length: 3000 }, () => ({ t: 'out', text: long }) as const);
    messages(response, ...lines, { t: 'end', exit: 0 });
  };
  const child = start(['logs']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert(child.stdout);
  assert.equal((await text(child.stdout)).length, 3000 * 1001);
});

describe('a question', () => {
  const question = { t: 'confirm', expect: 'shop', lines: [' !     type "shop"'] } as const;

  it('is printed, and its answer sent with the command', async () => {
    const asked: unknown[] = [];
    daemon.answer = async (request, response) => {
      const { confirm } = await commandOf(request);
      asked.push(confirm);
      messages(response, ...(confirm === undefined ? [question] : []), { t: 'end', exit: 0 });
    };
    const { code, stdout, stderr } = await slipway(['apps:destroy', 'shop'], { stdin: 'shop\n' });
    assert.deepEqual([code, stdout, stderr], [0, '', ' !     type "shop"\n> ']);
    assert.deepEqual(asked, [undefined, 'shop']);
  });

  it('that nobody answers ends the command', async () => {
    daemon.answer = (_request, response) => messages(response, question, { t: 'end', exit: 1 });
    const { code, stderr } = await slipway(['apps:destroy', 'shop']);
    assert.equal(code, 1);
    assert.match(stderr, /E_NOT_CONFIRMED.*\n.*--force/);
  });
});

describe('a key', () => {
  before(() => {
    daemon.answer = async (request, response) => {
      const { words } = await commandOf(request);
      messages(
        response,
        { t: 'out', text: `${JSON.stringify(words)} ${await text(request)}` },
        { t: 'end', exit: 0 },
      );
    };
  });

  it('comes from standard input or from a file', async () => {
    const expected = '["ssh-keys:add","alice"] ssh-ed25519 AAAA\n';
    assert.equal((await slipway(['ssh-keys:add', 'alice'], { stdin: 'ssh-ed25519 AAAA' })).stdout, expected);
    await writeFile(join(folder, 'id.pub'), 'ssh-ed25519 AAAA');
    assert.equal((await slipway(['ssh-keys:add', 'alice', join(folder, 'id.pub')])).stdout, expected);
  });

  it('must be there', async () => {
    const { code, stderr } = await slipway(['ssh-keys:add', 'alice', join(folder, 'no.pub')]);
    assert.equal(code, 1);
    assert.match(stderr, /no\.pub cannot be read: ENOENT/);
  });
});

describe('the end of the program', () => {
  function working(): Promise<Seen> {
    const { promise, resolve } = Promise.withResolvers<Seen>();
    daemon.answer = (_request, response, seen) =>
      void response.write('{"t":"out","text":"a"}\n', () => resolve(seen));
    return promise;
  }

  it('by Ctrl-C cancels the command', async () => {
    const begun = working();
    const child = start(['ps:rebuild', 'shop']);
    const seen = await begun;
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    await seen.closed;
    assert.equal(code, 130);
  });

  it('by a reader that has seen enough is quiet', async () => {
    const gone = Promise.withResolvers<void>();
    daemon.answer = async (_request, response) => {
      response.write('{"t":"out","text":"a"}\n');
      await gone.promise;
      for (const name of ['b', 'c', 'd']) response.write(`{"t":"out","text":"${name}"}\n`);
    };
    const child = start(['logs', 'shop', '-t']);
    assert(child.stdout && child.stderr);
    const stderr = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    gone.resolve();
    const [code] = await once(child, 'exit');
    assert.deepEqual([code, await stderr], [141, '']);
  });
});

it('says that slipwayd does not answer, and what to do', async () => {
  const root = join(folder, 'down');
  await mkdir(root);
  const { code, stderr } = await slipway(['apps:list'], { env: { ...env(), SLIPWAY_ROOT: root } });
  assert.equal(code, 1);
  assert.match(stderr, /^ ! {5}E_DAEMON_DOWN: slipwayd does not answer.*\n ! {5}Fix: /);
});

it('completes words, and never complains', async () => {
  daemon.answer = (_request, response) => void response.end('["shop","shop-2"]');
  assert.equal((await slipway(['__complete', 'apps:destroy', 'sh'])).stdout, 'shop\nshop-2\n');
  daemon.answer = (_request, response) => void response.writeHead(500).end();
  assert.deepEqual(Object.values(await slipway(['__complete', 'x'])), [0, null, '', '']);
});
