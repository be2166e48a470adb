import assert from 'node:assert/strict';
import { it } from 'node:test';
import { shownAddress } from './shown-address.ts';

it('an address is shown without login, query and fragment', () => {
  assert.equal(
    shownAddress('https://ann:pw@example.com:8443/a/b.tar?sig=1#x'),
    'https://example.com:8443/a/b.tar',
  );
  assert.equal(shownAddress('--'), 'standard input');
  assert.equal(shownAddress('http://['), 'an address');
});
