import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseRepository, shownRepository } from './repository-address.ts';

it('takes the addresses of repositories apart', () => {
  const cases: readonly (readonly [string, string, string, number])[] = [
    ['https://example.com/shop.git', 'https', 'example.com', 443],
    ['http://example.com:8080/a/b', 'http', 'example.com', 8080],
    ['ssh://git@example.com:2222/shop.git', 'ssh', 'example.com', 2222],
    ['git@example.com:team/shop.git', 'ssh', 'example.com', 22],
    ['git://example.com/shop', 'git', 'example.com', 9418],
    ['file:///srv/shop.git', 'file', '', 0],
  ];
  for (const [text, protocol, host, port] of cases) {
    const found = parseRepository(text);
    assert.deepEqual([found?.protocol, found?.host, found?.port, found?.url], [protocol, host, port, text]);
  }
});

it('takes a login out, and shows none', () => {
  const found = parseRepository('https://ann:s3%40cret@example.com/shop.git');
  assert.deepEqual([found?.login, found?.url], ['ann:s3@cret', 'https://example.com/shop.git']);
  assert.equal(shownRepository('https://ann:s3cret@example.com/shop.git'), 'https://example.com/shop.git');
});

it('takes a login with a percent sign that is no escape as it is', () => {
  assert.equal(parseRepository('https://ann:100%zz@example.com/shop.git')?.login, 'ann:100%zz');
});

it('refuses what would make git or ssh do more than fetch', () => {
  const wrong = [
    'ext::sh -c id',
    'ext::id',
    '--upload-pack=id',
    '-oProxyCommand=id',
    'ssh://-oProxyCommand=id/x',
    '-x@example.com:y',
    'git@-example.com:x',
    'git@a.127.0.0.1:x',
    'fd::17',
    '/srv/shop.git',
    '../shop',
    'file://host/x',
    'ftp://example.com/x',
    'https://example.com/$(id)',
    'https://example.com/a b',
    'https://example.com/ä',
    '',
    'git@example.com:-x',
    'https://example.com/x?token=y',
  ];
  for (const text of wrong) assert.equal(parseRepository(text), undefined, text);
});
