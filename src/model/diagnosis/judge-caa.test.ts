import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCaa, type CaaAnswer } from './judge-caa.ts';

const authority = 'letsencrypt.org';

function fixes(domain: string, caa: Partial<CaaAnswer> | null): readonly (string | null)[] {
  const answer = caa && { at: 'shop.dev', issue: [], issuewild: [], ...caa };
  return judgeCaa([{ app: 'shop', domain, authority, caa: answer }]).map(({ fix }) => fix);
}

test('a domain without CAA records, or with one that names the authority, is free', () => {
  assert.deepEqual(fixes('shop.dev', null), []);
  assert.deepEqual(
    fixes('shop.dev', { issue: ['other.test', 'LetsEncrypt.org; validationmethods=dns-01'] }),
    [],
  );
  assert.deepEqual(fixes('shop.dev', { issuewild: [';'] }), []);
});

test('one that names others only, or nobody, forbids it', () => {
  const fix = ['add the record: shop.dev CAA 0 issue "letsencrypt.org"'];
  assert.deepEqual(fixes('www.shop.dev', { issue: ['other.test'] }), fix);
  assert.deepEqual(fixes('www.shop.dev', { issue: [';'] }), fix);
  const [finding] = judgeCaa([
    { app: 'shop', domain: 'www.shop.dev', authority, caa: { at: 'shop.dev', issue: [';'], issuewild: [] } },
  ]);
  assert.equal(finding?.state, 'broken');
  assert.equal(
    finding?.text,
    'A CAA record of shop.dev forbids letsencrypt.org to give a certificate for www.shop.dev of shop',
  );
});

test('for a wildcard its own records count where there are any, else those for all', () => {
  assert.deepEqual(fixes('*.shop.dev', { issue: [authority] }), []);
  assert.deepEqual(fixes('*.shop.dev', { issue: [authority], issuewild: ['other.test'] }), [
    'add the record: shop.dev CAA 0 issuewild "letsencrypt.org"',
  ]);
  assert.deepEqual(fixes('*.shop.dev', { issue: ['other.test'], issuewild: [authority] }), []);
});
