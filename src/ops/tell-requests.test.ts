import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { call, live } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { failure } from '../model/failures.ts';
import { momentOf } from '../model/log-filter.ts';
import { tellRequests } from './tell-requests.ts';

const id = 'b827b2ed-c0ad-40c0-924c-d066a8e46057';
let deps: MemoryDeps;
beforeEach(async () => {
  deps = memoryDeps({
    behave: (spec) => ({ output: 'type' in spec ? [`asked by ${id}`, 'asked by another'] : [] }),
  });
  await live(deps, 'shop');
});
afterEach(() => deps.close());

const request = (text: string, app = 'shop') => ({ app, time: momentOf(Date.now() + 1000), text });

async function shown(input: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
  const lines: string[] = [];
  await call(deps, ['logs', { app: 'shop', ...input }], {
    onLine: ({ text }) => lines.push(text.replace(/^\S+ /, '')),
  });
  return lines;
}

describe('the requests that the router answered', () => {
  it('are lines of their app, joined with its own by their id', async () => {
    tellRequests(deps, [request(`GET / request=${id}`), request('GET /other', 'nobody')]);
    tellRequests(deps, [request('GET /2 request=other')]);
    assert.deepEqual(await shown({ request: id }), [
      `app[web.1]: asked by ${id}`,
      `router: GET / request=${id}`,
    ]);
    assert.deepEqual(await shown({ ps: 'router' }), [
      `router: GET / request=${id}`,
      'router: GET /2 request=other',
    ]);
    assert.deepEqual(await shown({ ps: 'web' }), [
      `app[web.1]: asked by ${id}`,
      'app[web.1]: asked by another',
    ]);
    assert.equal((await shown()).length, 4);
  });

  it('are followed, each once', async () => {
    tellRequests(deps, [request('GET /1')]);
    const abort = new AbortController();
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }) => {
      lines.push(text.replace(/^\S+ /, ''));
      if (text.endsWith('GET /1')) tellRequests(deps, [request('GET /2')]);
      if (text.endsWith('GET /2')) abort.abort();
    };
    const input = { app: 'shop', ps: 'router', tail: true };
    await call(deps, ['logs', input], { onLine, signal: abort.signal });
    assert.deepEqual(lines, ['router: GET /1', 'router: GET /2']);
  });

  it('are not kept where they are not wanted, of one app or of all', async () => {
    await call(deps, ['logs:set', { app: null, property: 'router-lines', value: 'false' }]);
    tellRequests(deps, [request('GET /1')]);
    await call(deps, ['logs:set', { app: 'shop', property: 'router-lines', value: 'true' }]);
    tellRequests(deps, [request('GET /2')]);
    assert.deepEqual(await shown({ ps: 'router' }), ['router: GET /2']);
  });

  it('are lost while there is no store, and slipwayd goes on', () => {
    const broken = failure('E_STORE', 'The store is damaged');
    const store = new Proxy(deps.store, {
      get: () => {
        throw broken;
      },
    });
    tellRequests({ ...deps, store }, [request('GET /1')]);
  });
});
