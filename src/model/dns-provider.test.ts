import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsProviderNames, dnsProviders, isDnsProvider, loginProblem } from './dns-provider.ts';

test('a provider is one of the table, and nothing that every object has', () => {
  for (const name of dnsProviderNames) assert.ok(isDnsProvider(name));
  for (const name of ['', 'Cloudflare', 'constructor', '__proto__']) assert.ok(!isDnsProvider(name), name);
});

test('a login is whole with all values that are not optional', () => {
  for (const name of dnsProviderNames) {
    const values = Object.keys(dnsProviders[name].values);
    assert.equal(loginProblem(name, values), undefined, name);
  }
  assert.equal(loginProblem('rfc2136', ['SERVER', 'KEY_NAME', 'KEY_SECRET']), undefined);
  assert.equal(loginProblem('program', []), undefined);
});

test('what it lacks is told before what it has too much', () => {
  assert.equal(loginProblem('cloudflare', ['token']), 'The login for cloudflare lacks TOKEN');
  assert.equal(
    loginProblem('rfc2136', ['SERVER', 'PORT']),
    'The login for rfc2136 lacks KEY_NAME, KEY_SECRET',
  );
  assert.equal(loginProblem('hetzner', ['TOKEN', 'ZONE']), 'The login for hetzner has no ZONE');
  assert.equal(loginProblem('program', ['TOKEN']), 'The login for program has no TOKEN');
});
