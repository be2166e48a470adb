import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { readListeners } from './listeners.ts';

test('a server of this process is found with its address, port and owner', async (context) => {
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(typeof bound === 'object' && bound);
  const found = (await readListeners()).find(({ port }) => port === bound.port);
  assert.equal(found?.address, '127.0.0.1');
  assert.ok(found.pids.includes(process.pid));
});
