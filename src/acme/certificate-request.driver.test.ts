import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../base/exec.ts';
import { newPrivateKey, type KeyType } from '../base/private-key.ts';
import { certificateRequest } from './certificate-request.ts';

const long = `*.${'a'.repeat(63)}.${'b'.repeat(63)}.example.com`;

const cases: readonly (readonly [KeyType, string, algorithm: string])[] = [
  ['ec256', 'shop.example.com', 'ecdsa-with-SHA256'],
  ['rsa2048', long, 'sha256WithRSAEncryption'],
];

for (const [type, domain, algorithm] of cases) {
  test(`openssl takes a request with a key of type ${type}`, async () => {
    const request = certificateRequest(domain, await newPrivateKey(type)).toString('base64');
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${request.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE REQUEST-----\n`;
    const { stdout, stderr } = await exec('openssl', ['req', '-verify', '-noout', '-text'], { stdin: pem });
    assert.match(stderr + stdout, /verify OK/);
    assert.match(stdout, new RegExp(`^ *Signature Algorithm: ${algorithm}$`, 'm'));
    assert.ok(stdout.includes(`DNS:${domain}\n`), stdout);
  });
}
