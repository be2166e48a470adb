import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { holdWorker } from './hold-worker.ts';

/** A worker's socket that does so with each connection; its path. */
async function worker(t: TestContext, answer: (socket: Socket) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-hold-'));
  const server = createServer(answer).listen(join(folder, 'worker.sock'));
  t.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  await once(server, 'listening');
  return join(folder, 'worker.sock');
}

it('a worker is held until it is let go', async (t) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const path = await worker(t, (socket) => {
    socket.once('close', () => resolve());
    socket.resume();
    socket.write('> ');
  });
  const letGo = await holdWorker(path);
  letGo();
  await closed;
});

it('a worker that closes the connection at once, or is not there, is waited for no longer', async (t) => {
  const path = await worker(t, (socket) => socket.end());
  for (const socket of [path, `${path}.gone`]) assert.equal(typeof (await holdWorker(socket)), 'function');
});
