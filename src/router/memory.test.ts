import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryProxy, MemoryRouter } from './memory.ts';
import { proofPath } from './proof-path.ts';
import { routerContract } from './router.contract.ts';

routerContract('memory', async () => {
  const proxy = new MemoryProxy();
  return {
    router: new MemoryRouter(proxy),
    async answers(host) {
      const answer = proxy.answer(host);
      if (answer.status === 404) return { status: 404, text: '' };
      return { status: answer.status, text: answer.status === 200 ? answer.endpoint : answer.app };
    },
    async shown(host) {
      const hosts = proxy.certificateFor(host)?.hosts;
      return hosts ? hosts.map((name) => `DNS:${name}`).join(', ') : null;
    },
    async found(_host, path) {
      const proofs = proxy.table.proofs ?? [];
      return proofs.find(({ token }) => proofPath(token) === path)?.answer ?? null;
    },
    endpoint: async (id) => ({ id, address: '127.0.0.1', port: 3000 + id.length }),
    work: async () => String(proxy.changes),
    reopen: () => new MemoryRouter(proxy),
    close: async () => {},
  };
});

test('a memory proxy can be told to refuse one change', async () => {
  const proxy = new MemoryProxy();
  const router = new MemoryRouter(proxy);
  proxy.refusal = new Error('no');
  const table = { routes: [{ app: 'shop', hosts: ['shop.test'], endpoints: [] }] };
  await assert.rejects(router.apply(table), /no/);
  assert.equal(proxy.answer('shop.test').status, 404);
  await router.apply(table);
  assert.deepEqual(proxy.answer('shop.test'), { status: 503, app: 'shop' });
});
