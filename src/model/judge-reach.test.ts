import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeReach, type AddressAnswer, type ReachFacts } from './judge-reach.ts';

const ours = (address: string): AddressAnswer => ({ address, kind: 'ours', what: 'status 200' });
const other = (address: string): AddressAnswer => ({ address, kind: 'other', what: 'status 404' });
const silent = (address: string): AddressAnswer => ({ address, kind: 'silent', what: 'ECONNREFUSED' });

function judge(answers: readonly AddressAnswer[], more: Partial<ReachFacts> = {}) {
  return judgeReach({ domain: 'shop.dev', problem: null, answers, here: '192.0.2.1', port: 80, ...more });
}

describe('a domain can be asked for', () => {
  test('that leads here by all of its addresses', () => {
    assert.equal(judge([ours('192.0.2.1')]), undefined);
    assert.equal(judge([ours('192.0.2.1'), ours('2001:db8::1')]), undefined);
  });

  test('of whose addresses one does not answer us: this machine may have no IPv6', () => {
    assert.equal(judge([ours('192.0.2.1'), silent('2001:db8::1')]), undefined);
  });
});

describe('a domain is not asked for, and what to do is told', () => {
  test('without an answer of the name servers, which is not the same as without an address', () => {
    assert.match(judge([], { problem: 'SERVFAIL' })?.message ?? '', /could not be looked up: SERVFAIL/);
    const none = judge([]);
    assert.equal(none?.message, 'shop.dev has no address yet');
    assert.match(none?.hint ?? '', /^give shop\.dev a record that leads to 192\.0\.2\.1;/);
    assert.match(judge([], { here: null })?.hint ?? '', /leads to this machine;/);
  });

  test('that leads elsewhere', () => {
    const found = judge([other('198.51.100.7')]);
    assert.equal(found?.message, 'shop.dev leads to 198.51.100.7, which answers status 404');
    assert.match(found?.hint ?? '', /a record that leads to 192\.0\.2\.1/);
  });

  test('that leads here and elsewhere: the record to remove, by its kind', () => {
    const six = judge([ours('192.0.2.1'), other('2001:db8::9')]);
    assert.match(six?.message ?? '', /leads here, and to 2001:db8::9 too/);
    assert.equal(six?.hint, 'remove the AAAA record for 2001:db8::9');
    assert.equal(
      judge([other('198.51.100.7'), ours('192.0.2.1')])?.hint,
      'remove the A record for 198.51.100.7',
    );
  });

  test('where nobody answers: the port, and which address', () => {
    const found = judge([silent('192.0.2.1')], { port: 8080 });
    assert.equal(
      found?.message,
      'Nobody answers at port 8080 of 192.0.2.1, where shop.dev leads: ECONNREFUSED',
    );
    assert.match(found?.hint ?? '', /^let port 8080 through to this machine/);
  });

  test('where one is elsewhere and one is silent: that which answers is told', () => {
    assert.match(
      judge([silent('192.0.2.1'), other('198.51.100.7')])?.message ?? '',
      /leads to 198\.51\.100\.7/,
    );
  });
});
