import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authorities, authorityProblem, directoryOf, unorderable } from './authority.ts';

const own = 'https://ca.shop.lan:9000/acme/acme/directory';

test('an authority goes by its short name or its address', () => {
  assert.equal(directoryOf('production'), 'https://acme-v02.api.letsencrypt.org/directory');
  assert.equal(directoryOf(own), own);
  for (const name of Object.keys(authorities)) assert.equal(authorityProblem(name), undefined, name);
  assert.equal(authorityProblem(own), undefined);
  assert.equal(authorityProblem('https://[2001:db8::1]:14000/dir'), undefined);
});

test('what is neither is refused, also what every object has', () => {
  const wrong = [
    '',
    'letsencrypt',
    'http://ca.shop.lan/directory',
    'https://',
    'https://user:password@ca.shop.lan/',
    'https://ca.shop.lan/a b',
    'https://ca.shop.lan/\nx',
    'https://ca.shop.lan/?a=b',
    'constructor',
    'toString',
    '__proto__',
  ];
  for (const server of wrong)
    assert.match(authorityProblem(server) ?? '', /^It is one of production/, server);
  assert.equal(directoryOf('example'), 'example');
});

test('a name that every object has is no authority', () => {
  for (const name of ['constructor', 'toString', '__proto__']) assert.equal(directoryOf(name), name);
});

describe('no certificate is asked for', () => {
  const { production = '' } = authorities;

  test('for a name that no public authority may give one for, but one of one’s own may', () => {
    const reserved = [
      'shop.test',
      'shop.local',
      'shop.internal',
      'a.home.arpa',
      'example.com',
      'a.example.org',
    ];
    for (const domain of reserved) {
      assert.equal(unorderable(domain, production), 'the name is of no public domain', domain);
      assert.equal(unorderable(domain, own), undefined, domain);
    }
  });

  test('for what is like those, one is', () => {
    for (const domain of [
      'shop.dev',
      '*.shop.dev',
      'test.shop.dev',
      'latest.dev',
      'myexample.com',
      'local.example.dev',
    ])
      assert.equal(unorderable(domain, production), undefined, domain);
  });

  test('for localhost, one word, or an address, whoever would be asked', () => {
    for (const directory of [production, own]) {
      assert.match(unorderable('shop.localhost', directory) ?? '', /each machine itself/);
      assert.match(unorderable('localhost', directory) ?? '', /each machine itself/);
      assert.match(unorderable('intranet', directory) ?? '', /one word/);
      assert.match(unorderable('192.0.2.1', directory) ?? '', /an address/);
    }
  });
});
