import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../test/machine/free-ports.ts';
import { withRig } from './router-rig.fixture.ts';

test('a GET that meets a connection which the app just closes is sent again, a POST is not', () =>
  withRig(async (rig) => {
    await rig.router.start();
    const app = createServer((socket) => {
      socket.on('error', () => {});
      // Answers the first request of a connection, and ends it at the next one.
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        socket.once('data', () => socket.end());
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => app.listen(port, '127.0.0.1', resolve));
    try {
      await rig.router.apply({
        routes: [
          { app: 'shop', hosts: ['shop.test'], endpoints: [{ id: 'web.1.d20', address: '127.0.0.1', port }] },
        ],
      });
      const twice = (method: string) =>
        talk(
          rig.port,
          ['GET', method].map((one) => `${one} / HTTP/1.1\r\nHost: shop.test\r\n\r\n`),
        );
      assert.deepEqual(await twice('GET'), ['200', '200']);
      assert.deepEqual(await twice('POST'), ['200', 'cut']);
    } finally {
      app.close();
    }
  }));

/** Sends one request after another on one connection; the status of each answer. */
async function talk(port: number, requests: readonly string[]): Promise<readonly string[]> {
  const socket = connect(port, '127.0.0.1');
  const statuses: string[] = [];
  for (const request of requests) {
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.once('data', (answer) => resolve(String(answer).slice(9, 12))).once('close', () => resolve('cut'));
    socket.write(request);
    statuses.push(await promise);
  }
  socket.destroy();
  return statuses;
}
