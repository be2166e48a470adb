import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedDoor } from '../model/route.ts';
import { inOrder, parseDoors, renderDoors } from './door.ts';

const db: ServedDoor = {
  service: 'postgres:db',
  address: '127.0.0.1',
  port: 5432,
  to: { address: '10.192.0.2', port: 5432 },
};
const cache: ServedDoor = { ...db, service: 'redis:a_b-c', address: '::1', port: 6379 };

test('doors are read as they were written, and none are no text', () => {
  assert.equal(renderDoors([]), '');
  assert.deepEqual(parseDoors(renderDoors([db, cache])), [db, cache]);
  assert.deepEqual(parseDoors('listen door.postgres.db from doors\n  bind 1.2.3.4:x\n'), []);
  assert.deepEqual(parseDoors(''), []);
});

test('the order that they are given in is no difference', () => {
  assert.deepEqual(inOrder([cache, db]), [db, cache]);
  assert.deepEqual(inOrder([db, cache]), [db, cache]);
});

test('what is more than a name, an address or a port is refused', () => {
  const wrong: readonly Partial<ServedDoor>[] = [
    { service: 'postgres:db\n  bind :1' },
    { service: 'shop' },
    { address: '127.0.0.1 name x' },
    { port: 0.5 },
    { to: { address: 'db', port: 5432 } },
    { to: { address: '10.0.0.1', port: 0 } },
  ];
  for (const change of wrong) assert.throws(() => renderDoors([{ ...db, ...change }]));
});
