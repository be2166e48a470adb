import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { failsWith } from '../acme.contract.ts';
import { ProgramRecords } from './program.ts';

const { signal } = new AbortController();
const record = { name: '_acme-challenge.example.com', value: '-a_b; $(id)' };
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-program-'));
});
after(() => rm(folder, { recursive: true }));

async function program(body: string): Promise<string> {
  const path = join(folder, `p${Math.random()}`);
  await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

test('the program is told what to do by its words', async () => {
  const records = new ProgramRecords(await program(`printf '%s\\n' "$#" "$@" >>${folder}/calls`));
  await records.add(record, signal);
  await records.remove(record, signal);
  const calls = await readFile(`${folder}/calls`, 'utf8');
  const words = `${record.name}\n${record.value}\n`;
  assert.equal(calls, `3\npresent\n${words}3\ncleanup\n${words}`);
});

test('what a program that fails has said is told', async () => {
  const path = await program('echo one >&2; echo "no such zone" >&2; exit 3');
  await assert.rejects(new ProgramRecords(path).add(record, signal), (error) => {
    failsWith('E_DNS_PROVIDER', /ended with 3: no such zone/)(error);
    assert.deepEqual((error as { detail?: unknown }).detail, ['one', 'no such zone']);
    return true;
  });
});

test('a program that is not there, and one that does not end', async () => {
  const missing = new ProgramRecords(join(folder, 'none')).add(record, signal);
  await assert.rejects(missing, failsWith('E_DNS_PROVIDER', /ENOENT/));
  const endless = new ProgramRecords(await program('exec sleep 60'), 100).add(record, signal);
  await assert.rejects(endless, failsWith('E_DNS_PROVIDER', /SIGTERM/));
});

test('an abort ends it', async () => {
  const path = await program('exec sleep 60');
  await assert.rejects(new ProgramRecords(path).add(record, AbortSignal.timeout(50)), {
    name: 'TimeoutError',
  });
});
