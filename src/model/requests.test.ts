import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noRequests, plus, servedText, since } from './requests.ts';

test('what was served is told with the failures by kind', () => {
  assert.equal(servedText(noRequests), undefined);
  assert.equal(servedText({ ...noRequests, answered: 418 }), '418 requests were served meanwhile, 0 failed');
  assert.equal(servedText({ ...noRequests, answered: 1 }), '1 request was served meanwhile, 0 failed');
  assert.equal(
    servedText({ answered: 10, failed: 6, unreached: 2, broken: 1 }),
    '4 requests were served meanwhile, 6 failed: 3 with a status of 500 and above, 2 without a connection to the app, 1 broken off',
  );
});

test('counts are added, and the difference never goes below nothing', () => {
  const one = { answered: 10, failed: 2, unreached: 1, broken: 0 };
  const two = { answered: 4, failed: 3, unreached: 0, broken: 1 };
  assert.deepEqual(plus(one, two), { answered: 14, failed: 5, unreached: 1, broken: 1 });
  assert.deepEqual(since(one, two), { answered: 0, failed: 1, unreached: 0, broken: 1 });
});
