import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../base/exec.ts';
import { Database } from './database.ts';
import { openKey, sealerOf } from './sealer.ts';
import { openStore } from './sqlite.ts';

const writer = join(import.meta.dirname, 'endless-writer.fixture.ts');

/** Runs the writer and kills it, as `kill -9`, once it told so many ids; gives the ids it told. */
async function killAfter(count: number, args: readonly string[]): Promise<number[]> {
  const told: number[] = [];
  let pid: number | undefined;
  const result = await run(process.execPath, [writer, ...args], {
    onLine: (line, from) => {
      if (from === 'stderr') return;
      if (pid === undefined) pid = Number(line);
      else told.push(Number(line));
      if (told.length === count) process.kill(pid, 'SIGKILL');
    },
  });
  assert.equal(result.signal, 'SIGKILL', result.stderr);
  return told;
}

test('Every row that was acknowledged before a kill -9 is there after it, and the file is whole.', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [path, keyFile] = [join(folder, 'store.sqlite'), join(folder, 'key')];
  const told: number[] = [];
  for (const count of [1, 40, 150]) {
    told.push(...(await killAfter(count, [path, keyFile])));
    assertKept(path, keyFile, told);
  }
});

function assertKept(path: string, keyFile: string, told: readonly number[]): void {
  const database = new Database(path);
  const health = database.get('PRAGMA integrity_check', [], (row) => row.text('integrity_check'));
  database.close();
  assert.equal(health, 'ok');

  const store = openStore(path, sealerOf(openKey(keyFile)));
  const ids = store.events.list({ limit: 100_000 }).map((event) => event.id);
  const config = store.config.get(null);
  store.close();
  assert.deepEqual(
    told.filter((id) => !ids.includes(id)),
    [],
  );
  // Both halves of each transaction, or neither.
  assert.deepEqual(
    Object.entries(config)
      .map(([key, value]) => `${key}=${value.reveal()}`)
      .sort(),
    ids.map((id) => `KEY_${id}=value ${id}`).sort(),
  );
}
