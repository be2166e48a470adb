import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Line, outTo, silent } from '../model/line.ts';
import type { ProcessSpec, RunningProcess } from '../model/process.ts';
import { failsWith, impatient, never, specOf, taskOf, type Use } from './engine-under-test.contract.ts';

/** Waiting for processes, and giving up. */
export function healthContract(use: Use): void {
  passing(use);
  failing(use);
  aborts(use);
}

const started = async (use: Use, spec: ProcessSpec): Promise<RunningProcess> => {
  const [process] = await use().engine.start([spec], never);
  assert.ok(process);
  return process;
};

function passing(use: Use): void {
  it('sees a web process become healthy', async () => {
    const spec = specOf(use(), 'web');
    const process = await started(use, spec);
    await use().engine.waitHealthy(process, spec, { out: silent, signal: never });
    await use().engine.remove([process], 1);
  });

  it('takes a process that stayed up for healthy when that is its check', async () => {
    const check = impatient(5000, { probe: { kind: 'uptime', milliseconds: 100 } });
    const spec = specOf(use(), 'silent', { type: 'worker', port: null, check });
    const process = await started(use, spec);
    await use().engine.waitHealthy(process, spec, { out: silent, signal: never });
  });

  it('tries the check of a process once when asked', async () => {
    const [web, silentSpec] = [specOf(use(), 'web'), specOf(use(), 'silent', { index: 2 })];
    const [good, bad] = [await started(use, web), await started(use, silentSpec)];
    await use().engine.waitHealthy(good, web, { out: silent, signal: never });
    assert.equal(await use().engine.probe(good, web, never), null);
    assert.match((await use().engine.probe(bad, silentSpec, never)) ?? '', /refused/);
    const uptime = { ...web, check: impatient(5000, { probe: { kind: 'uptime', milliseconds: 3_600_000 } }) };
    assert.match((await use().engine.probe(good, uptime, never)) ?? '', /^it is up for \d+ ms only$/);
    await use().engine.remove([good, bad], 0);
  });

  it('only warns when the check says so', async () => {
    const spec = specOf(use(), 'silent', { check: impatient(100, { warnOnly: true }) });
    const process = await started(use, spec);
    const lines: Line[] = [];
    await use().engine.waitHealthy(process, spec, { out: outTo((line) => lines.push(line)), signal: never });
    assert.deepEqual(
      lines.map((line) => line.kind),
      ['warning'],
    );
  });
}

function failing(use: Use): void {
  it('tells at once when a process ends, with its exit code and last lines', async () => {
    const spec = specOf(use(), 'exits');
    const process = await started(use, spec);
    const failed = await failsWith(
      'E_PROCESS_EXITED',
      use().engine.waitHealthy(process, spec, { out: silent, signal: never }),
    );
    assert.match(failed.message, /web\.1 ended with code 3/);
    assert.equal(failed.detail.at(-1), 'no database');
  });

  it('gives up on a process that never answers, and says what the last try said', async () => {
    const spec = specOf(use(), 'silent', { check: impatient(300) });
    const process = await started(use, spec);
    const failed = await failsWith(
      'E_NOT_HEALTHY',
      use().engine.waitHealthy(process, spec, { out: silent, signal: never }),
    );
    assert.match(
      failed.message,
      /web\.1 did not become healthy in 0\.3 s: no answer on .*: connection refused/,
    );
  });
}

function aborts(use: Use): void {
  const reason = new Error('stopped by the test');

  it('leaves nothing when a start is aborted', async () => {
    const abort = new AbortController();
    const starting = use().engine.start(
      [1, 2, 3].map((index) => specOf(use(), 'silent', { index })),
      abort.signal,
    );
    abort.abort(reason);
    await assert.rejects(starting, reason);
    assert.deepEqual(await use().engine.list('shop'), []);
  });

  it('begins nothing for a signal that is aborted already', async () => {
    await assert.rejects(use().engine.start([specOf(use(), 'silent')], AbortSignal.abort(reason)), reason);
    await assert.rejects(
      use().engine.runTask(taskOf(use(), 'succeeds'), { out: silent, signal: AbortSignal.abort(reason) }),
      reason,
    );
  });

  it('stops waiting when it is aborted', async () => {
    const spec = specOf(use(), 'silent');
    const [process] = await use().engine.start([spec], never);
    assert.ok(process);
    const abort = new AbortController();
    const waiting = use().engine.waitHealthy(process, spec, { out: silent, signal: abort.signal });
    setTimeout(() => abort.abort(reason), 50);
    await assert.rejects(waiting, reason);
  });
}
