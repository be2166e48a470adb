import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { Service } from '../../src/model/service.ts';
import { call } from './memory-calls.ts';
import type { MemoryDeps } from './memory-deps.ts';

/** Gives a service of PostgreSQL this data, by a dump. */
export async function fill(deps: MemoryDeps, data: string, name = 'db'): Promise<void> {
  await call(deps, ['postgres:import', { name }], { stdin: Readable.from([Buffer.from(data)]) });
}

/** The data of a service of PostgreSQL, as its dump. */
export async function dataOf(deps: MemoryDeps, name = 'db'): Promise<string> {
  const chunks: Uint8Array[] = [];
  await call(deps, ['postgres:export', { name }], { onBytes: (chunk) => chunks.push(chunk) });
  return Buffer.concat(chunks).toString();
}

/** The service `postgres:db` as the store has it. */
export function serviceDb({ store }: MemoryDeps): Service {
  return store.services.find({ kind: 'postgres', name: 'db' }) ?? assert.fail('there is no postgres:db');
}
