import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { request, type IncomingMessage } from 'node:http';
import { failsWith } from '../../test/machine/memory-calls.ts';
import { type Answer, listen, rootActor } from './server.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-door-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const hi: Answer = async ({ response }) => void response.end('hi');

const door = (path: string) => ({ path, mode: 0o600, gid: 0, actor: rootActor });

async function ask(socketPath: string): Promise<number | undefined> {
  const sent = request({ socketPath, path: '/', agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

describe('listen', () => {
  it('makes a socket that only those of its mode can open', async (t) => {
    const path = join(folderOf(t), 'door.sock');
    const server = await listen({ ...door(path), mode: 0o660 }, hi);
    t.after(() => server.close());
    assert.equal(statSync(path).mode & 0o777, 0o660);
    assert.equal(await ask(path), 200);
  });

  it('is refused where another one lives, which goes on', async (t) => {
    const path = join(folderOf(t), 'door.sock');
    const server = await listen(door(path), hi);
    t.after(() => server.close());
    await failsWith('E_BUSY', listen(door(path), hi));
    assert.equal(await ask(path), 200);
  });

  it('takes the place of a socket file whose program is gone', async (t) => {
    const path = join(folderOf(t), 'door.sock');
    const dead = createServer().listen(path);
    await once(dead, 'listening');
    // Under another name while its server closes, the file outlives it, as after kill -9.
    renameSync(path, `${path}.dead`);
    dead.close();
    await once(dead, 'close');
    renameSync(`${path}.dead`, path);
    const server = await listen(door(path), hi);
    t.after(() => server.close());
    assert.equal(await ask(path), 200);
  });

  it('fails where the folder is missing', async (t) => {
    await assert.rejects(listen(door(join(folderOf(t), 'none', 'door.sock')), hi), /ENOENT|EACCES/);
  });

  it('tells the answer when its caller is gone', async (t) => {
    const path = join(folderOf(t), 'door.sock');
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const { promise: asked, resolve: begun } = Promise.withResolvers<void>();
    const server = await listen(door(path), async ({ signal }) => {
      signal.addEventListener('abort', () => resolve());
      begun();
    });
    t.after(() => server.close());
    const sent = request({ socketPath: path, path: '/', agent: false }).end();
    sent.on('error', () => {});
    await asked;
    sent.destroy();
    await gone;
  });
});
