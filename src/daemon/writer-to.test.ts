import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { it } from 'node:test';
import { listen, rootActor } from './server.ts';
import { writerTo } from './writer-to.ts';

it('cuts off who asks for more and more, and reads none of it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-writer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'door.sock');
  const { promise: longest, resolve } = Promise.withResolvers<number>();
  const server = await listen({ path, mode: 0o600, gid: 0, actor: rootActor }, async (exchange) => {
    const write = writerTo(exchange.response, 1_000_000);
    let waiting = 0;
    while (!exchange.signal.aborted) {
      write('x'.repeat(100_000));
      waiting = Math.max(waiting, exchange.response.writableLength);
      await nextTurn();
    }
    resolve(waiting);
  });
  t.after(() => server.close());
  const sent = request({ socketPath: path, path: '/', agent: false }).end();
  sent.on('error', () => {});
  await once(sent, 'response'); // and never reads on
  assert.ok((await longest) < 1_500_000);
});
