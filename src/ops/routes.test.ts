import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '../../test/machine/memory-calls.ts';
import { Secret } from '../base/secret.ts';
import type { Certificate } from '../model/certificate.ts';
import type { HttpsPolicy } from '../model/route.ts';
import { MemoryProxy, MemoryRouter } from '../router/memory.ts';
import { Routes } from './routes.ts';

const now = 1000;

function certificate(id: number, names: readonly string[], app: string | null = null): Certificate {
  return {
    id,
    chain: '',
    key: new Secret(''),
    pem: new Secret(`pem${id}`),
    facts: {
      names,
      notBefore: 0,
      notAfter: 2 * now,
      issuer: 'Test',
      selfSigned: false,
      serial: String(id),
      fingerprint: String(id),
      key: 'EC prime256v1',
    },
    app,
    ordered: app === null ? (names[0] ?? null) : null,
    directory: null,
    createdAt: 0,
    createdBy: 'slipwayd',
  };
}

/** Over a proxy in memory; what is set for https can be changed, and who asked for it is noted. */
function table() {
  const proxy = new MemoryProxy();
  const policies = new Map<string, HttpsPolicy>();
  const asked: string[] = [];
  const wishes = { tls: { minVersion: '1.2' as '1.2' | '1.3', http2: true } };
  const routes = new Routes(new MemoryRouter(proxy), {
    tls: () => wishes.tls,
    policyOf: (app) => {
      asked.push(app);
      return policies.get(app) ?? { redirect: true, hsts: null };
    },
    now: () => now,
  });
  return { proxy, policies, asked, wishes, routes };
}

const route = (app: string, ...hosts: string[]) => ({ app, hosts, endpoints: [] });
const pem = (proxy: MemoryProxy, host: string) => proxy.certificateFor(host)?.pem.reveal();
const policyOf = (proxy: MemoryProxy, app: string) =>
  proxy.table.routes.find((one) => one.app === app)?.https?.redirect;

describe('certificates of the route table', () => {
  it('are shown for the hosts that are there, also for those that come later', async () => {
    const { proxy, routes } = table();
    await routes.set(route('shop', 'a.test'));
    await routes.certify([certificate(1, ['a.test']), certificate(2, ['b.test'])]);
    assert.deepEqual([pem(proxy, 'a.test'), pem(proxy, 'b.test')], ['pem1', undefined]);
    await routes.set(route('blog', 'b.test'));
    assert.equal(pem(proxy, 'b.test'), 'pem2');
    assert.equal(routes.certificateFor('b.test', 'blog')?.id, 2);
    await routes.remove('blog');
    assert.equal(pem(proxy, 'b.test'), undefined);
  });

  it('take the place of those from before, with all that is set for https by then', async () => {
    const { proxy, routes, policies, wishes, asked } = table();
    await routes.set(route('shop', 'a.test'));
    await routes.certify([certificate(1, ['a.test'])]);
    assert.deepEqual([policyOf(proxy, 'shop'), proxy.table.certificates?.[0]?.minVersion], [true, '1.2']);
    policies.set('shop', { redirect: false, hsts: null });
    wishes.tls = { minVersion: '1.3', http2: false };
    asked.length = 0;
    await routes.set(route('shop', 'a.test', 'b.test'));
    assert.deepEqual([policyOf(proxy, 'shop'), asked], [true, []], 'a deploy does not ask the store again');
    await routes.certify([certificate(2, ['a.test'])]);
    const [shown] = proxy.table.certificates ?? [];
    assert.deepEqual([policyOf(proxy, 'shop'), shown?.minVersion, shown?.http2], [false, '1.3', false]);
    assert.equal(pem(proxy, 'a.test'), 'pem2');
  });

  it('that the router refuses are not kept', async () => {
    const { proxy, routes } = table();
    await routes.set(route('shop', 'a.test'));
    await routes.certify([certificate(1, ['a.test'])]);
    proxy.refusal = new Error('no');
    await assert.rejects(routes.certify([certificate(2, ['a.test'])]), /no/);
    assert.equal(routes.certificateFor('a.test', 'shop')?.id, 1);
    await routes.set(route('blog', 'b.test'));
    assert.equal(pem(proxy, 'a.test'), 'pem1');
  });
});

describe('a route that is moved', () => {
  it('takes its certificate and what is set for it along, in one step', async () => {
    const { proxy, routes, policies } = table();
    policies.set('shop', { redirect: false, hsts: null });
    await routes.set(route('shop', 'a.test'));
    await routes.certify([certificate(1, ['a.test', 'b.test'], 'shop')]);
    const { changes } = proxy;
    await routes.move('shop', route('store', 'a.test', 'b.test'));
    assert.equal(proxy.changes, changes + 1);
    assert.deepEqual([pem(proxy, 'a.test'), pem(proxy, 'b.test')], ['pem1', 'pem1']);
    assert.equal(policyOf(proxy, 'store'), false);
    assert.deepEqual([routes.of('shop'), routes.ownerOf('a.test')], [undefined, 'store']);
  });

  it('to a host of another app is refused, and stays', async () => {
    const { proxy, routes } = table();
    await routes.set(route('shop', 'a.test'));
    await routes.set(route('blog', 'b.test'));
    await failsWith('E_DOMAIN_TAKEN', routes.move('shop', route('store', 'b.test')));
    assert.equal(routes.ownerOf('a.test'), 'shop');
    assert.equal(proxy.table.routes.length, 2);
  });

  it('leaves nothing of it to a new app of the old name', async () => {
    const { proxy, routes, policies } = table();
    policies.set('shop', { redirect: false, hsts: null });
    await routes.set(route('shop', 'a.test'));
    await routes.move('shop', route('store', 'a.test'));
    policies.clear();
    await routes.set(route('shop', 'c.test'));
    assert.deepEqual([policyOf(proxy, 'store'), policyOf(proxy, 'shop')], [false, true]);
  });
});

describe('proofs', () => {
  const proof = (token: string) => ({ token, answer: `${token}.x` });

  it('are shown beside one another, and hidden one by one; a table made anew keeps them', async () => {
    const { proxy, routes } = table();
    await routes.showProof(proof('a'));
    await routes.showProof(proof('b'));
    await routes.replaceAll([route('shop', 'a.test')], []);
    assert.deepEqual(proxy.table.proofs, [proof('a'), proof('b')]);
    await routes.hideProof('a');
    assert.deepEqual(proxy.table.proofs, [proof('b')]);
    await routes.hideProof('a');
    assert.deepEqual(proxy.table.proofs, [proof('b')]);
  });

  it('of many orders at once are all there', async () => {
    const { proxy, routes } = table();
    const tokens = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await Promise.all(tokens.map((token) => routes.showProof(proof(token))));
    assert.equal(proxy.table.proofs?.length, 20);
    await Promise.all(tokens.map((token) => routes.hideProof(token)));
    assert.deepEqual(proxy.table.proofs, []);
  });
});

describe('who watches routes', () => {
  it('is told of each change of a route, and of nothing else', async () => {
    const { proxy, routes } = table();
    let told = 0;
    routes.watch(() => {
      told += 1;
    });
    await routes.set(route('shop', 'a.test'));
    await routes.move('shop', route('store', 'a.test'));
    await routes.replaceAll([route('store', 'a.test')], []);
    assert.equal(told, 3);
    await routes.certify([certificate(1, ['a.test'])]);
    await routes.showProof({ token: 'a', answer: 'x' });
    await routes.hideProof('a');
    assert.equal(told, 3, 'an order would wake itself for ever');
    proxy.refusal = new Error('no');
    await assert.rejects(routes.set(route('store', 'b.test')));
    assert.equal(told, 3);
    await routes.remove('store');
    assert.equal(told, 4);
  });
});
