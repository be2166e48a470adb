import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../base/secret.ts';
import type { AppRoute, RouteTable, ServedCertificate } from '../model/route.ts';
import { payloadLimit, type HaproxyCommand } from '../tools/haproxy-command.ts';
import { planApply, sparePools } from './plan-apply.ts';
import { emptyState, type ProxyState } from './proxy-state.ts';
import { routerPaths } from './router-paths.ts';

const paths = routerPaths('/r');
const empty = emptyState(3);

/** `shop` with hosts, and endpoints named by their deploys. */
function route(app: string, hosts: readonly string[], deploys: readonly number[]): AppRoute {
  const endpoints = deploys.map((deploy) => ({ id: `web.1.d${deploy}`, address: '10.0.0.5', port: 3000 }));
  return { app, hosts, endpoints };
}

function after(...tables: AppRoute[][]): ProxyState {
  return tables.reduce((state, routes) => planApply(state, { routes }, paths)?.next ?? state, empty);
}

function commands(state: ProxyState, ...routes: AppRoute[]): string[] {
  return planApply(state, { routes }, paths)?.commands.map(words) ?? [];
}

function words(command: HaproxyCommand): string {
  const { kind, ...rest } = command;
  return [kind, ...Object.values(rest)].join(' ');
}

const server = (deploy: number) => `web.1.d${deploy}:10.0.0.5:3000`;

describe('planApply', () => {
  test('a new app: its server, the app of its backend, its hosts', () => {
    assert.deepEqual(commands(empty, route('shop', ['shop.test', '*.shop.test'], [1])), [
      `add-server pool1 ${server(1)} 10.0.0.5 3000`,
      `ready pool1 ${server(1)}`,
      'add-map /r/apps.map pool1 shop',
      'add-map /r/hosts.map shop.test pool1',
      'add-map /r/wild.map shop.test pool1',
    ]);
  });

  test('a switch: the new server is ready before the old one leaves', () => {
    const state = after([route('shop', ['shop.test'], [1])]);
    assert.deepEqual(commands(state, route('shop', ['shop.test'], [2])), [
      `add-server pool1 ${server(2)} 10.0.0.5 3000`,
      `ready pool1 ${server(2)}`,
      `maintenance pool1 ${server(1)}`,
    ]);
  });

  test('a server that comes back while it is leaving is only made ready', () => {
    const state = after([route('shop', ['shop.test'], [1])], [route('shop', ['shop.test'], [2])]);
    assert.deepEqual(commands(state, route('shop', ['shop.test'], [1])), [
      `ready pool1 ${server(1)}`,
      `maintenance pool1 ${server(2)}`,
    ]);
  });

  test('an app that goes keeps its backend until its servers are deleted', () => {
    const gone = after([route('shop', ['shop.test'], [1])], []);
    assert.deepEqual(gone.apps.get('shop'), { pool: 1, hosts: [], servers: [], leaving: [server(1)] });
    const other = planApply(gone, { routes: [route('blog', ['blog.test'], [2])] }, paths);
    assert.equal(other?.next.apps.get('blog')?.pool, 2);
    const drained = { ...gone, apps: new Map([['shop', { pool: 1, hosts: [], servers: [], leaving: [] }]]) };
    assert.deepEqual(commands(drained), ['delete-map /r/apps.map pool1']);
  });

  test('a host that moves is led over after the new app is ready', () => {
    const state = after([route('a', ['x.test'], [1])]);
    assert.deepEqual(commands(state, route('a', [], []), route('b', ['x.test'], [2])), [
      `add-server pool2 ${server(2)} 10.0.0.5 3000`,
      `ready pool2 ${server(2)}`,
      'add-map /r/apps.map pool2 b',
      'set-map /r/hosts.map x.test pool2',
      `maintenance pool1 ${server(1)}`,
    ]);
  });

  test('more apps than backends: a reload, with spare backends for the next ones', () => {
    const routes = ['a', 'b', 'c', 'd'].map((app, index) => route(app, [`${app}.test`], [index]));
    const plan = planApply(after([route('a', ['a.test'], [9])]), { routes }, paths);
    assert.equal(plan?.reload, true);
    assert.ok((plan?.next.pools ?? 0) >= 4 + sparePools);
    assert.deepEqual(plan?.commands, []);
    assert.deepEqual(plan?.next.apps.get('a')?.leaving, []);
  });

  test('an app with neither hosts nor endpoints takes no backend', () => {
    assert.equal(planApply(empty, { routes: [route('shop', [], [])] }, paths), undefined);
  });
});

describe('certificates and proofs', () => {
  const certificate = (hosts: readonly string[], pem = 'pem1'): ServedCertificate => ({
    hosts,
    pem: new Secret(pem),
    minVersion: '1.2',
    http2: true,
  });
  const shop = route('shop', ['shop.test', 'b.test'], [1]);
  const proof = { token: 'tok', answer: 'tok.thumb' };
  const proofPath = '/.well-known/acme-challenge/tok';

  const stateAfter = (...tables: RouteTable[]) =>
    tables.reduce((state, table) => planApply(state, table, paths)?.next ?? state, empty);
  const change = (from: RouteTable, to: RouteTable) =>
    (planApply(stateAfter(from), to, paths)?.commands ?? []).map((command) =>
      'file' in command ? `${command.kind} ${command.words.slice(1).join(' ')}` : words(command),
    );
  const plain = { routes: [shop] };
  const secure = { routes: [shop], certificates: [certificate(['shop.test'])] };

  test('a certificate is there before its host is sent to https, and no other host is', () => {
    assert.deepEqual(change(plain, secure), [
      'add-certificate shop.test',
      'set-map /r/hosts.map shop.test pool1/redirect/off',
    ]);
  });

  test('it goes after its host is not sent to https any more', () => {
    assert.deepEqual(change(secure, plain), [
      'set-map /r/hosts.map shop.test pool1',
      'remove-certificate shop.test',
    ]);
  });

  test('another one is there before the old one goes, and nothing else changes', () => {
    const renewed = { routes: [shop], certificates: [certificate(['shop.test'], 'pem2')] };
    assert.deepEqual(change(secure, renewed), ['add-certificate shop.test', 'remove-certificate shop.test']);
  });

  test('the same one for one host more, or with other settings, is another one', () => {
    const both = { routes: [shop], certificates: [certificate(['b.test', 'shop.test'])] };
    assert.deepEqual(change(secure, both), [
      'add-certificate b.test shop.test',
      'set-map /r/hosts.map b.test pool1/redirect/off',
      'remove-certificate shop.test',
    ]);
    const strict = {
      routes: [shop],
      certificates: [{ ...certificate(['shop.test']), minVersion: '1.3' as const }],
    };
    assert.deepEqual(change(secure, strict), ['add-certificate shop.test', 'remove-certificate shop.test']);
  });

  test('a new app under a wildcard is served by https with no certificate added', () => {
    const wildcard = [certificate(['*.apps.test'])];
    const one = { routes: [route('a', ['a.apps.test'], [])], certificates: wildcard };
    const two = {
      routes: [...one.routes, route('b', ['b.apps.test', 'x.b.apps.test'], [])],
      certificates: wildcard,
    };
    assert.deepEqual(change(one, two), [
      'add-map /r/apps.map pool2 b',
      'add-map /r/hosts.map b.apps.test pool2/redirect/off',
      'add-map /r/hosts.map x.b.apps.test pool2',
    ]);
  });

  test('how an app is served by https changes its hosts that are, and only those', () => {
    const strict = {
      ...shop,
      https: { redirect: false, hsts: { maxAge: 60, subdomains: false, preload: false } },
    };
    assert.deepEqual(change(secure, { ...secure, routes: [strict] }), [
      'set-map /r/hosts.map shop.test pool1/both/plain/60',
    ]);
  });

  test('a proof is shown, changed and hidden, and no route is touched', () => {
    const shown = { ...secure, proofs: [proof] };
    assert.deepEqual(change(secure, shown), [`add-map /r/proofs.map ${proofPath} tok.thumb`]);
    const other = { ...secure, proofs: [{ ...proof, answer: 'other' }] };
    assert.deepEqual(change(shown, other), [`set-map /r/proofs.map ${proofPath} other`]);
    assert.deepEqual(change(shown, secure), [`delete-map /r/proofs.map ${proofPath}`]);
    assert.deepEqual(change(shown, { ...secure, proofs: [proof] }), []);
  });

  test('one that is too long for a command is read from its file: a reload', () => {
    const long = { routes: [shop], certificates: [certificate(['shop.test'], 'x'.repeat(payloadLimit + 1))] };
    const plan = planApply(stateAfter(plain), long, paths);
    assert.deepEqual([plan?.reload, plan?.commands], [true, []]);
    assert.equal(plan?.next.certificates.size, 1);
    assert.equal(planApply(stateAfter(plain, long), long, paths), undefined);
  });
});

const table: fc.Arbitrary<RouteTable> = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 })
  .chain((apps) =>
    fc.tuple(
      ...apps.map((app) =>
        fc
          .record({ wild: fc.boolean(), deploys: fc.uniqueArray(fc.nat(5), { maxLength: 3 }) })
          .map((one) =>
            route(app, one.wild ? [`*.${app}.test`, `${app}.test`] : [`${app}.test`], one.deploys),
          ),
      ),
    ),
  )
  .map((routes) => ({ routes }));

test('after any two tables, the second again is no work, and no backend serves two apps', () => {
  fc.assert(
    fc.property(table, table, (first, second) => {
      const state = after([...first.routes], [...second.routes]);
      assert.equal(planApply(state, second, paths), undefined);
      const pools = [...state.apps.values()].map((app) => app.pool);
      assert.equal(new Set(pools).size, pools.length);
      for (const { servers, leaving } of state.apps.values()) {
        assert.equal(new Set([...servers, ...leaving]).size, servers.length + leaving.length);
      }
    }),
    { numRuns: 200 },
  );
});
