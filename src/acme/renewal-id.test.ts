import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPrivateKey } from '../base/private-key.ts';
import { failsWith } from './acme.contract.ts';
import { MemoryIssuer } from './memory-issuer.ts';
import { renewalId } from './renewal-id.ts';

test('the id of the example of RFC 9773, 4.1', async () => {
  const issuer = new MemoryIssuer(Buffer.from('69885b6b87464041e1b37b847ba0ae2cde01c8d4', 'hex'));
  const chain = issuer.issue('example.com', await newPrivateKey('ec256'), {
    from: Date.UTC(2026),
    to: Date.UTC(2027),
    serial: Buffer.from('0087654321', 'hex'),
  });
  assert.equal(renewalId(chain), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
});

test('a certificate that does not name the key of its issuer has no id', () => {
  assert.throws(() => renewalId(new MemoryIssuer().root), failsWith('E_ACME', /key of its issuer/));
});
