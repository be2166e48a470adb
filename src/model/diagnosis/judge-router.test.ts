import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppWish } from './app-wish.ts';
import type { ServedRoute } from './facts.ts';
import { judgeRouter } from './judge-router.ts';

const web = { type: 'web', index: 1, fingerprint: 'a', port: 3000 };
const worker = { type: 'worker', index: 1, fingerprint: 'b', port: null };
const shop: AppWish = {
  app: 'shop',
  busy: false,
  deployed: true,
  hosts: ['shop.example.com'],
  processes: [web, worker],
};
const served: ServedRoute = { app: 'shop', hosts: ['shop.example.com'], endpoints: 1 };

function problemsOf(routes: readonly ServedRoute[], wishes: readonly AppWish[] = [shop]): readonly string[] {
  return judgeRouter({ running: true, pids: [7], served: routes }, wishes, 'start it')
    .filter(({ state }) => state === 'broken')
    .map(({ text }) => text);
}

test('a router that serves what the store wants is well', () => {
  assert.deepEqual(problemsOf([served]), []);
});

test('a router that does not run says how to start it', () => {
  const [finding] = judgeRouter({ running: false, pids: [], served: [] }, [shop], 'start it');
  assert.equal(finding?.state, 'broken');
  assert.equal(finding?.fix, 'start it');
});

test('each host, process and app that differs is named', () => {
  assert.deepEqual(problemsOf([]), ['The router does not know shop']);
  assert.deepEqual(problemsOf([{ ...served, hosts: ['old.example.com'], endpoints: 2 }]), [
    'The router does not send shop.example.com to shop',
    'The router sends old.example.com to shop, which does not have it',
    'The router has 2 processes of shop, its release has 1',
  ]);
  assert.deepEqual(problemsOf([served, { ...served, app: 'blog' }]), [
    'The router serves blog, which is not deployed',
  ]);
});

test('an app that is being changed is not compared', () => {
  assert.deepEqual(problemsOf([{ ...served, endpoints: 2 }], [{ ...shop, busy: true }]), []);
});

test('an app that was never deployed, and one without a domain, need no route', () => {
  assert.deepEqual(problemsOf([], [{ ...shop, deployed: false }]), []);
  assert.deepEqual(problemsOf([], [{ ...shop, hosts: [] }]), []);
});
