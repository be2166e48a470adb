import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Docker } from './docker.ts';

test('An answer whose reader gives up is closed.', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, 'docker.sock');
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    if (request.url === '/_ping') return void response.end('OK');
    response.on('close', resolve);
    response.write('{"error":"the build failed"}\n'); // and never ends
  }).listen(socket);
  await once(server, 'listening');
  t.after(() => server.close());
  const docker = new Docker(socket);
  t.after(() => docker.close());
  const onValue = () => {
    throw new Error('given up');
  };
  await assert.rejects(docker.jsonLines('POST', '/build', { onValue }), /given up/);
  await closed;
});
