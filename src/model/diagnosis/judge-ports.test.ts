import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListenerFact } from './facts.ts';
import { judgePorts, type PortFacts } from './judge-ports.ts';

const router: ListenerFact = { address: '0.0.0.0', port: 80, pids: [7], program: 'haproxy' };
const secure: ListenerFact = { ...router, port: 443 };
const sshd: ListenerFact = { address: '::', port: 22, pids: [1], program: 'sshd' };
const database: ListenerFact = { address: '127.0.0.1', port: 5432, pids: [9], program: 'postgres' };
const ports = { httpPort: 80, httpsPort: 443, sshPort: 22 };

function judge(listeners: readonly ListenerFact[], more: Partial<PortFacts> = {}): readonly string[] {
  return judgePorts({ listeners, published: [], routerPids: [7], ...more }, ports).map(
    ({ state, text }) => `${state}: ${text}`,
  );
}

test('who listens is listed by what can be reached from outside', () => {
  assert.deepEqual(judge([router, secure, sshd, database]), [
    'ok: 80: the router',
    'ok: 443: the router',
    'ok: 22: sshd (1)',
    'ok: open to outside, unless a firewall is in front: [::]:22 sshd, 0.0.0.0:80 haproxy, 0.0.0.0:443 haproxy',
    'ok: open to this machine only: 127.0.0.1:5432 postgres',
  ]);
});

test('the http port must be open, and the router must have it', () => {
  assert.equal(judge([sshd])[0], "broken: Nobody listens on port 80, the router's");
  const nginx = { ...router, pids: [8], program: 'nginx' };
  assert.equal(judge([nginx, sshd])[0], "broken: Port 80 of 0.0.0.0 is not the router's but nginx (8)'s");
  assert.equal(judge([{ ...nginx, address: '10.0.0.1' }, router])[0], 'ok: 80: the router');
  const hidden = { ...router, pids: [], program: null };
  assert.match(judge([hidden])[0] ?? '', /an unknown program/);
});

test('the https port must be the router’s too; a silent SSH port is a warning', () => {
  assert.equal(judge([router, sshd])[1], "broken: Nobody listens on port 443, the router's");
  const found = judge([router, { ...secure, pids: [8], program: 'nginx' }]);
  assert.match(found[1] ?? '', /^broken: Port 443 of 0\.0\.0\.0 is not the router's but nginx/);
  assert.match(found[2] ?? '', /^warning: Nobody listens on port 22/);
});

test('what Docker publishes to outside is a warning, on loopback it is none', () => {
  const published = [
    { container: 'db', address: '0.0.0.0', port: 5432 },
    { container: 'cache', address: '127.0.0.1', port: 6379 },
  ];
  const warnings = judge([router, secure, sshd], { published }).filter((text) => text.startsWith('warning'));
  assert.deepEqual(warnings, [
    'warning: Docker opens 0.0.0.0:5432 for the container db, past a firewall such as ufw',
  ]);
});
