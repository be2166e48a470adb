import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUpgrade } from './apt.ts';

test('The packages of a simulated upgrade are read, and nothing else that is printed.', () => {
  assert.deepEqual(
    parseUpgrade([
      'debconf: delaying package configuration',
      'Inst libssl3 [3.0.11-1] (3.0.17-1~deb12u2 Debian-Security:12/stable-security [amd64])',
      'Inst tzdata [2024a-0] (2025b-0 Debian:12.11/stable [all]) []',
      'Conf libssl3 (3.0.17-1~deb12u2 Debian-Security:12/stable-security [amd64])',
    ]),
    ['libssl3', 'tzdata'],
  );
  assert.deepEqual(parseUpgrade([]), []);
});
