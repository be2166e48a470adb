import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addressText, plainWord } from './haproxy-command.ts';
import { HaproxyError, HaproxyMaster } from './haproxy-socket.ts';

test('a word with any byte that could mean something is refused', () => {
  for (const bad of [
    '',
    ' ',
    'a b',
    'a;b',
    'a\nb',
    'a\r',
    'a\0',
    '%[x]',
    '$x',
    '"a"',
    "'",
    'a#',
    '\\',
    'é',
    'a,b',
    'a@b',
  ]) {
    assert.throws(() => plainWord(bad), /must not reach the router/, JSON.stringify(bad));
  }
  assert.equal(plainWord('*.shop-1.test:80/a_b'.replace('_', '.')), '*.shop-1.test:80/a.b');
});

test('a port out of range is refused', () => {
  for (const port of [0, -1, 65536, 1.5, Number.NaN])
    assert.throws(() => addressText({ address: '10.0.0.1', port }));
});

test('where nobody listens, HAProxy is down', async () => {
  const master = new HaproxyMaster('/nonexistent/master.sock');
  await assert.rejects(master.workers(), (error) => error instanceof HaproxyError && error.down);
});

test('workers are told from the listing of processes, and replies from one another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-socket-'));
  const path = join(folder, 's');
  const listing =
    '#<PID> <type> <reloads> <uptime> <version>\n10 master 1 [failed: 0] 0d 2.6\n' +
    '# workers\n12 worker 0 0d 2.6\n# old workers\n11 worker 1 0d 2.6\n9 worker 2 0d 2.6\n# programs\n\n';
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (line) => {
      socket.end(
        String(line).startsWith('show proc') ? listing : 'New server registered.\n\n\nNo such server.\n\n',
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  try {
    const master = new HaproxyMaster(path);
    assert.deepEqual(await master.workers(), { current: 12, old: [11, 9] });
    const place = { backend: 'pool1', server: 'a' };
    const commands = [
      { kind: 'add-server', ...place, address: '10.0.0.1', port: 80 },
      { kind: 'ready', ...place },
      { kind: 'maintenance', ...place },
    ] as const;
    await assert.rejects(
      master.change(12, commands),
      /"No such server." to: set server pool1\/a state maint/,
    );
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
