import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { live } from '../../test/machine/memory-calls.ts';
import { MemoryDoor } from '../../test/machine/memory-door.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { operationNames } from '../contract/operations.ts';

const deps = memoryDeps();
let door: MemoryDoor;
before(async () => {
  await live(deps, 'shop');
  door = await MemoryDoor.open(deps);
});
after(async () => {
  await door.close();
  deps.close();
});

const bugs = () => deps.logged.filter((line) => line.includes('"msg":"bug"'));

describe('POST /v1/operations/NAME', () => {
  it('gives the result of a call', async () => {
    const { status, messages } = await door.tell('/v1/operations/apps:exists', { app: 'shop' });
    assert.equal(status, 200);
    assert.deepEqual(messages, [{ t: 'result', value: { exists: true } }]);
    const again = await door.tell('/v1/operations/apps%3Aexists', { app: 'shop' });
    assert.deepEqual(again.messages, messages);
  });

  it('gives lines while it works, then the result', async () => {
    const { messages } = await door.tell('/v1/operations/config:set', { app: 'shop', pairs: ['A=1'] });
    assert.deepEqual(messages[0], { t: 'line', kind: 'step', text: 'Setting config vars' });
    assert.equal(messages.at(-1)?.['t'], 'result');
  });

  it('gives a failure of the work as the last message', async () => {
    const { status, messages } = await door.tell('/v1/operations/ps:restart', { app: 'gone' });
    assert.equal(status, 200);
    assert.deepEqual(messages, [
      {
        t: 'failure',
        code: 'E_APP_MISSING',
        message: 'App gone does not exist',
        hint: 'slipway apps:list shows the apps',
        detail: [],
      },
    ]);
  });

  it('refuses bytes that are no UTF-8, and stores nothing in their place', async () => {
    const bytes = Buffer.from('{"app": "shop", "pairs": ["A=\xff\xfe"], "noRestart": true}', 'latin1');
    const { status, body } = await door.ask('/v1/operations/config:set', { body: Readable.from([bytes]) });
    assert.equal(status, 400);
    assert.match(body, /E_INPUT.*not UTF-8/);
    const words = Buffer.from('{"words": ["config:set", "shop", "A=\xff"]}', 'latin1').toString('base64url');
    const command = await door.ask('/v1/command', { headers: { 'Slipway-Command': words } });
    assert.match(command.body, /not UTF-8/);
  });

  it('refuses wrong input with status 400 and everything that is wrong', async () => {
    const { status, messages } = await door.tell('/v1/operations/ps:scale', { app: 'A B', extra: 1 });
    assert.equal(status, 400);
    assert.equal(messages[0]?.['code'], 'E_INPUT');
    assert.ok(JSON.stringify(messages[0]).includes('extra'), JSON.stringify(messages));
    for (const body of [null, [], 'text', 7]) {
      assert.equal((await door.tell('/v1/operations/ps:scale', body)).status, 400);
    }
  });

  it('refuses what is no JSON, and an operation that is not there', async () => {
    const malformed = await door.ask('/v1/operations/apps:list', { body: '{"app":' });
    assert.deepEqual([malformed.status, JSON.parse(malformed.body).code], [400, 'E_INPUT']);
    for (const name of ['nothing', 'constructor', '__proto__', '%', '%zz', '', 'apps:list/x']) {
      const reply = await door.ask(`/v1/operations/${name}`);
      assert.deepEqual([reply.status, JSON.parse(reply.body).code], [404, 'E_COMMAND_UNKNOWN'], name);
    }
    assert.deepEqual(bugs(), []);
  });

  it('answers to every operation of the table', async () => {
    for (const name of operationNames) {
      const { status, messages } = await door.tell(`/v1/operations/${name}`, { app: 'gone', none: 1 });
      assert.deepEqual([status, messages[0]?.['code']], [400, 'E_INPUT'], name);
    }
  });
});

describe('any other request', () => {
  it('to a path that is not there, or not by POST, has nothing there', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v1/command/',
      '/v2/command',
      '/v1/operations',
      '/constructor',
      '/v1/../x',
    ]) {
      assert.equal((await door.ask(path)).status, 404, path);
    }
    for (const method of ['GET', 'PUT', 'DELETE']) {
      assert.equal((await door.ask('/v1/operations/apps:list', { method })).status, 404, method);
    }
  });

  it('with a target that is no path does not end slipwayd', async () => {
    for (const target of ['//', '///', 'http://[/', 'http://a:b/', '*']) {
      assert.match(
        await rawAnswer(`POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`),
        /^HTTP\/1.1 40\d /,
      );
    }
    assert.match(await rawAnswer('nonsense\r\n\r\n'), /^HTTP\/1.1 400 /);
    assert.equal((await door.tell('/v1/operations/version', {})).status, 200);
  });

  it('is answered whatever host it names', async () => {
    const reply = await door.ask('/v1/operations/version', { headers: { Host: 'evil.example.com' } });
    assert.equal(reply.status, 200);
  });

  it('with a huge body is refused, told with its length or not', async () => {
    const huge = JSON.stringify({ app: 'a'.repeat(3_000_000) });
    const paths = ['/v1/operations/apps:list', '/v1/command', '/v1/complete', '/v1/git/authorize'];
    for (const path of paths) {
      for (const body of [huge, Readable.from([huge.slice(0, 1_500_000), huge.slice(1_500_000)])]) {
        const reply = await door.ask(path, { body });
        assert.equal(reply.status, 400);
        assert.match(reply.body, /too long/);
      }
    }
  });

  it('never was a bug', () => assert.deepEqual(bugs(), []));
});

/** Sends bytes as they are; what comes back until the connection ends. */
function rawAnswer(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.path);
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      answer += part;
      socket.end();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
    socket.write(bytes);
  });
}
