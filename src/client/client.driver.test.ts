import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import type { CommandMessage } from '../contract/message.ts';
import { Client } from './client.ts';
import { commandOf, messages, OtherEnd } from '../../test/machine/other-end.ts';

let folder = '';
let daemon: OtherEnd;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-client-'));
  daemon = new OtherEnd(join(folder, 'd.sock'));
  await daemon.listen();
});

after(async () => {
  await daemon.close();
  await rm(folder, { recursive: true });
});

const ignore = () => {};

function client(key?: string): Client {
  return new Client({ socketPath: daemon.socketPath, key });
}

describe('a command', () => {
  it('sends its words and gives the messages in order, then the exit status', async () => {
    const got: CommandMessage[] = [];
    let asked: unknown;
    daemon.answer = async (request, response) => {
      asked = await commandOf(request);
      messages(response, { t: 'out', text: 'grüße' }, { t: 'err', text: 'e' }, { t: 'end', exit: 20 });
    };
    const words = ['config:set', 'shop', 'A=two\nlines', "it's"];
    const outcome = await client('alice').command(words, { color: true, width: 80 }, (message) =>
      got.push(message),
    );
    assert.deepEqual(outcome, { t: 'end', exit: 20 });
    assert.deepEqual(got.slice(0, 2), [
      { t: 'out', text: 'grüße' },
      { t: 'err', text: 'e' },
    ]);
    assert.deepEqual(asked, { words, color: true, width: 80 });
    assert.equal(daemon.seen.at(-1)?.headers['slipway-key'], 'alice');
  });

  it('gives each message when it comes, not when all have come', async () => {
    const first = Promise.withResolvers<void>();
    daemon.answer = async (_request, response) => {
      response.write(`${JSON.stringify({ t: 'out', text: 'one' })}\n`);
      await first.promise;
      response.end(`${JSON.stringify({ t: 'end', exit: 0 })}\n`);
    };
    await client().command(['logs'], {}, () => first.resolve());
  });

  it('sends standard input as the body, of any size', async () => {
    const sent = 'x'.repeat(3_000_000);
    let received = '';
    daemon.answer = async (request, response) => {
      assert.deepEqual(await commandOf(request), { words: ['git:from-archive', 'shop', '--'] });
      received = await text(request);
      messages(response, { t: 'end', exit: 0 });
    };
    await client().command(
      ['git:from-archive', 'shop', '--'],
      { stdin: Readable.from([sent, 'end']) },
      ignore,
    );
    assert.equal(received, `${sent}end`);
  });

  it('gives an answer that comes before standard input has ended', async () => {
    daemon.answer = (_request, response) => messages(response, { t: 'end', exit: 1 });
    const stdin = new Readable({ read: ignore });
    assert.deepEqual(await client().command(['ssh-keys:add', 'a'], { stdin }, ignore), { t: 'end', exit: 1 });
    assert.equal(stdin.destroyed, true);
  });

  it('gives the question that has to be answered first', async () => {
    const question = { t: 'confirm', expect: 'shop', lines: ['really?'] } as const;
    daemon.answer = (_request, response) => messages(response, question, { t: 'end', exit: 1 });
    assert.deepEqual(await client().command(['apps:destroy', 'shop'], {}, ignore), question);
  });

  it('is cancelled by closing the connection', async () => {
    const controller = new AbortController();
    daemon.answer = (_request, response) =>
      void response.write(`${JSON.stringify({ t: 'out', text: 'working' })}\n`);
    const running = client().command(['ps:rebuild'], { signal: controller.signal }, () => controller.abort());
    await assert.rejects(running, { name: 'AbortError' });
    await daemon.seen.at(-1)?.closed;
    await assert.rejects(client().command(['x'], { signal: controller.signal }, ignore), {
      name: 'AbortError',
    });
  });
});

describe('what slipwayd could not do', () => {
  it('is the failure that it answers', async () => {
    daemon.answer = (_request, response) => {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({
          t: 'failure',
          code: 'E_INPUT',
          message: 'too long',
          hint: 'shorten it',
          detail: ['d'],
        }),
      );
    };
    await assert.rejects(client().command(['x'], {}, ignore), (error) => {
      assert(error instanceof Failure);
      assert.deepEqual(
        [error.code, error.message, error.hint, error.detail],
        ['E_INPUT', 'too long', 'shorten it', ['d']],
      );
      return true;
    });
  });

  it('is told even when the answer makes no sense', async () => {
    daemon.answer = (_request, response) => void response.writeHead(502).end('Bad gateway');
    await assert.rejects(client().command(['x'], {}, ignore), /Bad gateway/);
    daemon.answer = (_request, response) => void response.writeHead(204).end();
    await assert.rejects(client().command(['x'], {}, ignore), /not understood/);
    daemon.answer = (_request, response) => void response.end('no JSON\n');
    await assert.rejects(client().command(['x'], {}, ignore), SyntaxError);
  });

  it('is E_DAEMON_DOWN when the answer is cut off or has no end', async () => {
    daemon.answer = (_request, response) =>
      void response.write('{"t":"out","text":"a"}\n', () => response.destroy());
    await assert.rejects(client().command(['x'], {}, ignore), { code: 'E_DAEMON_DOWN' });
    daemon.answer = (_request, response) => messages(response, { t: 'out', text: 'a' });
    await assert.rejects(client().command(['x'], {}, ignore), { code: 'E_DAEMON_DOWN' });
  });

  it('is E_DAEMON_DOWN when nobody listens', async () => {
    const nobody = new Client({ socketPath: join(folder, 'nobody.sock') });
    await assert.rejects(nobody.command(['x'], {}, ignore), { code: 'E_DAEMON_DOWN' });
    await writeFile(join(folder, 'file.sock'), '');
    const left = new Client({ socketPath: join(folder, 'file.sock') });
    await assert.rejects(left.command(['x'], {}, ignore), { code: 'E_DAEMON_DOWN' });
  });
});

it('completion gives words', async () => {
  daemon.answer = (_request, response) => void response.end(JSON.stringify(['shop', 'shop-2']));
  assert.deepEqual(await client().complete(['apps:destroy', 'sh']), ['shop', 'shop-2']);
  assert.equal(daemon.seen.at(-1)?.url.pathname, '/v1/complete');
});
