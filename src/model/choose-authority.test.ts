import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AcmeAttempt } from './acme-attempt.ts';
import { chooseAuthority } from './choose-authority.ts';

const [first, fallback] = ['https://first.test/', 'https://fallback.test/'];

/** `AT:OUTCOME` words, oldest first; a code stands for a failure with it. */
function chosen(
  words: string,
  pair: { first: string; fallback: string | null } = { first, fallback },
): string {
  const attempts = words
    .split(' ')
    .filter(Boolean)
    .map((word, id): AcmeAttempt => {
      const [at, what = ''] = word.split(':');
      const code = {
        down: 'E_ACME_DOWN',
        limit: 'E_ACME_LIMIT',
        proof: 'E_ACME_PROOF',
        elsewhere: 'E_DOMAIN_ELSEWHERE',
      }[what];
      return {
        id,
        domain: 'a.dev',
        directory: at === 'first' ? first : fallback,
        renews: false,
        at: id,
        outcome:
          what === 'cut'
            ? null
            : what === 'issued'
              ? 'issued'
              : what === 'elsewhere'
                ? 'not-ready'
                : 'failed',
        failure: code === undefined ? null : { code, message: '', retryAfter: null },
      };
    });
  const directory = chooseAuthority(pair, attempts.toReversed());
  return directory === pair.first ? 'first' : 'fallback';
}

test('the first authority is asked until it could not three times in a row', () => {
  assert.equal(chosen(''), 'first');
  assert.equal(chosen('first:down first:limit'), 'first');
  assert.equal(chosen('first:down first:limit first:down'), 'fallback');
});

test('a fault of the domain, and a try that was cut off, are no reason to ask another one', () => {
  assert.equal(chosen('first:proof first:proof first:proof first:proof'), 'first');
  assert.equal(chosen('first:down first:down first:proof first:down'), 'first');
  assert.equal(chosen('first:down first:down first:cut first:down'), 'first');
});

test('a look at DNS in between asks neither', () => {
  assert.equal(chosen('first:down first:elsewhere first:down first:elsewhere first:limit'), 'fallback');
});

test('where the fallback cannot either, the first one has its turn again', () => {
  const three = 'first:down first:down first:down ';
  assert.equal(chosen(`${three} fallback:down fallback:proof fallback:down`), 'fallback');
  assert.equal(chosen(`${three} fallback:down fallback:down fallback:limit`), 'first');
  assert.equal(chosen(`${three} fallback:down fallback:down fallback:limit first:down`), 'first');
});

test('after a certificate it begins with the first one', () => {
  assert.equal(chosen('first:down first:down first:down fallback:issued'), 'first');
  assert.equal(chosen('first:down first:down first:down fallback:issued first:down'), 'first');
});

test('without another one there is no choice', () => {
  const tries = 'first:down first:down first:down first:down';
  assert.equal(chosen(tries, { first, fallback: null }), 'first');
  assert.equal(chosen(tries, { first, fallback: first }), 'first');
});
