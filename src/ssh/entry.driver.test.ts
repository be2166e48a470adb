import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { text as bodyOf } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { run } from '../base/exec.ts';
import { type Answer, commandOf, messages, type Seen } from '../../test/machine/other-end.ts';
import { quoteShellWord } from '../model/shell-words.ts';
import { SshHost } from '../../test/machine/ssh-host.ts';

let host: SshHost;
/** What the CLI asked of slipwayd, as it came. */
let asked: Record<string, unknown>[] = [];
/** What entry.sh asked before. */
let lines: string[] = [];

before(async () => {
  host = await SshHost.start();
});

after(() => host.stop());

beforeEach(() => {
  asked = [];
  lines = [];
  host.daemon.seen.length = 0;
  answerCli(async (request, response) => {
    asked.push(await commandOf(request));
    messages(
      response,
      { t: 'out', text: 'an answer' },
      { t: 'err', text: 'a warning' },
      { t: 'end', exit: 20 },
    );
  });
});

/** Leaves each command to the CLI, which is then answered so. */
function answerCli(answer: Answer): void {
  answerEntry('cli\n', answer);
}

function answerEntry(text: string, cli: Answer = () => assert.fail('The CLI was started')): void {
  host.daemon.answer = async (request, response, seen) => {
    if (seen.url.pathname !== '/v1/ssh/command') return cli(request, response, seen);
    lines.push(await bodyOf(request));
    response.end(text);
  };
}

/** `ssh box LINE`, the line as a user's own shell would hand it to ssh. */
function send(line: string, stdin = '') {
  return host.ssh(['-T', 'box', '--', line], { stdin });
}

describe('a command over ssh', () => {
  it('gives output, errors and exit status, and comes under the name of the key', async () => {
    const { code, stdout, stderr } = await send('apps:report shop');
    assert.deepEqual([code, stdout, stderr], [20, 'an answer\n', 'a warning\n']);
    assert.equal(host.daemon.seen[0]?.headers['slipway-key'], 'alice');
  });

  it('has its words whole, whatever is in them', async () => {
    const words = [
      'config:set',
      'shop',
      "A=it's",
      'B="two"\nlines',
      'C=',
      'D=$(id) `id` ; | > *',
      'E=\\',
      'F=grüße',
      '--',
      '-x',
    ];
    await send(words.map(quoteShellWord).join(' '));
    assert.deepEqual(asked, [{ words, color: false }]);
  });

  it('without words asks for help', async () => {
    await host.ssh(['-T', 'box']);
    assert.deepEqual(asked[0]?.['words'], ['help']);
  });

  it('reads a key from standard input, but no file of the server', async () => {
    let received = '';
    answerCli(async (request, response) => {
      received = await bodyOf(request);
      messages(response, { t: 'end', exit: 0 });
    });
    assert.equal((await send('ssh-keys:add bob', 'ssh-ed25519 AAAA')).code, 0);
    assert.equal(received, 'ssh-ed25519 AAAA');
    const { code, stderr } = await send('ssh-keys:add bob /etc/passwd');
    assert.equal(code, 1);
    assert.match(stderr, /is a file of your machine/);
    assert.deepEqual(lines, ['ssh-keys:add bob\n', 'ssh-keys:add bob /etc/passwd\n']);
    assert.equal(host.daemon.seen.length, 3);
  });

  it('is cancelled when the connection is lost', async () => {
    const working = Promise.withResolvers<Seen>();
    answerCli(
      (_request, response, seen) =>
        void response.write('{"t":"out","text":"working"}\n', () => working.resolve(seen)),
    );
    const client = spawn(host.path('bin', 'ssh'), ['-T', 'box', '--', 'ps:rebuild shop'], {
      stdio: 'ignore',
    });
    const seen = await working.promise;
    client.kill('SIGKILL');
    await seen.closed;
  });

  it('fails with a reason when slipwayd is down', async () => {
    await host.writePaths(host.path('nobody.sock'));
    const { code, stderr } = await send('apps:list');
    await host.writePaths(host.daemon.socketPath);
    assert.equal(code, 1);
    assert.match(stderr, /E_DAEMON_DOWN: slipwayd does not answer/);
  });
});

describe('an answer of slipwayd that is whole at once', () => {
  it('is shown as it is, without the CLI', async () => {
    const text = ' a  *\n\\n %s `id` $(id) ü\n\n\n';
    for (const [answer, expected] of [
      [`${text}out 0\n`, [0, text, '']],
      [`${text}err 20\n`, [20, '', text]],
      ['out 1\n', [1, '', '']],
      [`${'long\n'.repeat(10_000)}out 0\n`, [0, 'long\n'.repeat(10_000), '']],
    ] as const) {
      answerEntry(answer);
      const { code, stdout, stderr } = await send('apps:list');
      assert.deepEqual([code, stdout, stderr], expected);
    }
    const [{ headers, url } = assert.fail()] = host.daemon.seen;
    assert.deepEqual([headers['slipway-key'], url.search], ['alice', '']);
  });

  it('is asked for with the line as it came, whatever is in it', async () => {
    answerEntry('out 0\n');
    const sent = [
      '@/etc/passwd',
      'a \'b\nc\' "d" $(id) `id` ; | > *',
      'x\\',
      `y ${'z'.repeat(50_000)}`,
      '.\n.',
      '-x ü',
    ];
    for (const line of sent) assert.equal((await send(line)).code, 0);
    assert.deepEqual(
      lines,
      sent.map((line) => `${line}\n`),
    );
  });

  it('is in colour where a terminal shows it', async () => {
    answerEntry('a line\nout 0\n');
    const { code, stdout } = await host.ssh(['-tt', 'box', '--', 'apps:list']);
    assert.deepEqual([code, stdout], [0, 'a line\r\n']);
    assert.equal(host.daemon.seen[0]?.url.search, '?color=true');
  });

  it('is left to the CLI when it is not understood', async () => {
    for (const answer of ['', 'out', 'out \n', 'text\nerr x\n', 'out 0\nmore\n', '{"t":"failure"}']) {
      answerEntry(answer, (_request, response) =>
        messages(response, { t: 'out', text: 'by the CLI' }, { t: 'end', exit: 0 }),
      );
      assert.equal((await send('apps:list')).stdout, 'by the CLI\n', answer);
    }
  });

  it('is left to the CLI when it breaks off, whatever its last line says', async () => {
    host.daemon.answer = (_request, response, { url }) =>
      url.pathname === '/v1/ssh/command'
        ? void response.write('half\nout 0\n', () => response.destroy())
        : messages(response, { t: 'out', text: 'by the CLI' }, { t: 'end', exit: 0 });
    assert.equal((await send('apps:list')).stdout, 'by the CLI\n');
  });
});

describe('the name of an app in a git command', () => {
  const bad = [
    '',
    '/',
    '.',
    '..',
    '../../etc',
    '/etc/passwd',
    'a;id',
    '$(id)',
    '`id`',
    'a b',
    'a\nb',
    "it's",
    'A',
    '-x',
    '--upload-pack=id',
    'a"b',
    'ä',
    'a*',
    '~root/x',
  ];

  it('is refused before slipwayd is asked, whatever it tries', async () => {
    const services = ['git-receive-pack', 'git-upload-pack', 'git-upload-archive', 'git receive-pack'];
    const lines = bad.map(
      (name, at) => `${services[at % services.length]} ${name === '' ? "''" : quoteShellWord(name)}`,
    );
    for (const line of [...lines, "git-receive-pack a' 'b", 'git-receive-pack ']) {
      // As sshd starts it; a connection for each of them would only take longer.
      const { code, stdout, stderr } = await run(
        host.path('dist', 'entry.sh'),
        [host.path('paths'), 'alice'],
        {
          env: { ...host.env, SSH_ORIGINAL_COMMAND: line },
        },
      );
      assert.deepEqual([code, stdout], [1, ''], line);
      assert.match(stderr, /not the name of an app/, line);
    }
    assert.equal(host.daemon.seen.length, 0);
  });

  it('may be written in every way that git writes it', async () => {
    const names: string[] = [];
    host.daemon.answer = async (request, response) => {
      names.push(await bodyOf(request));
      response.writeHead(403).end('no');
    };
    for (const word of ['shop', "'shop'", '"shop"', "'/shop'", "'~/shop'", "'shop.git'", "'/shop.git/'"]) {
      const { code, stderr } = await send(`git-upload-pack ${word}`);
      assert.deepEqual([code, stderr], [1, 'no\n']);
    }
    assert.deepEqual([...new Set(names)], ['app=shop&service=git-upload-pack']);
  });
});

describe('the command line program on another machine', () => {
  async function slipway(cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const root = { SLIPWAY_ROOT: host.path('not-installed') };
    return run(process.execPath, [host.path('dist', 'slipway.cjs'), ...words], {
      cwd,
      env: { ...host.env, ...root, ...env },
    });
  }

  it('goes by ssh to the server of the git remote, for its app', async () => {
    const cwd = await host.makeRepository('shop');
    await host.git(cwd, 'remote', 'set-url', 'slipway', 'root@box:shop');
    const { code, stdout, stderr } = await slipway(cwd, ['config:set', "A=it's"]);
    assert.deepEqual([code, stdout, stderr], [20, 'an answer\n', 'a warning\n']);
    assert.deepEqual(asked[0]?.['words'], ['--app', 'shop', 'config:set', "A=it's"]);
  });

  it('sends a file that is named to it', async () => {
    const cwd = await host.makeRepository('keys');
    await host.git(cwd, 'remote', 'set-url', 'slipway', 'root@box:keys');
    await writeFile(host.path('work', 'keys', 'id.pub'), 'ssh-ed25519 BBBB');
    let received = '';
    answerCli(async (request, response) => {
      received = await bodyOf(request);
      messages(response, { t: 'end', exit: 0 });
    });
    assert.equal((await slipway(cwd, ['ssh-keys:add', 'bob', 'id.pub'])).code, 0);
    assert.equal(received, 'ssh-ed25519 BBBB');
  });

  it('gives the repository its remote when it made the app', async () => {
    const cwd = host.path('work', 'new');
    await mkdir(cwd, { recursive: true });
    await host.git(cwd, 'init', '-q');
    answerCli((_request, response) => messages(response, { t: 'end', exit: 0 }));
    const { code, stdout } = await slipway(cwd, ['apps:create', 'new'], { SLIPWAY_HOST: 'root@box' });
    assert.equal(code, 0);
    assert.match(stdout, /Added the git remote slipway: root@box:new/);
    assert.equal((await host.git(cwd, 'remote', 'get-url', 'slipway')).stdout, 'root@box:new\n');
  });

  it('says what is missing where no server is known', async () => {
    await mkdir(host.path('empty'), { recursive: true });
    const { code, stderr } = await slipway(host.path('empty'), ['apps:list']);
    assert.equal(code, 1);
    assert.match(stderr, /no git remote in this folder[\s\S]*SLIPWAY_HOST/);
    assert.match(
      (await slipway(host.path('empty'), ['x'], { SLIPWAY_HOST: '-oProxyCommand=id' })).stderr,
      /USER@/,
    );
  });
});
