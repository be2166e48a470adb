import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { headerLines, pageRules, redirectLines } from './page-rules.ts';
import { viewOfTexts } from './source-view.ts';

const rulesOf = (files: { _headers?: string; _redirects?: string }) => pageRules(viewOfTexts(files), '.');

test('Headers are set on the paths that they stand below.', () => {
  const rules = rulesOf({
    _headers: '# all\n/*\n  X-Frame-Options: DENY\n\n/a.b/:id\r\n\tLink: </a>; rel="x"\r\n',
  });
  assert.deepEqual(headerLines(rules), [
    String.raw`@headers0 path_regexp ^(?:/|$)((?:[^/\\][^\\]*)?)$`,
    'header @headers0 X-Frame-Options "DENY"',
    String.raw`@headers1 path_regexp ^/a\.b/([^/\\]+)$`,
    String.raw`header @headers1 Link "</a>; rel=\"x\""`,
  ]);
  assert.deepEqual(rules.warnings, []);
});

test('Redirects take over parts of the path, and spare files unless they are forced.', () => {
  const rules = rulesOf({
    _redirects:
      '/blog/:year/* /news/:year/:splat 302 # moved\n/x https://example.com:8080/:y\n/app/* /i.html 200!',
  });
  assert.deepEqual(redirectLines(rules), [
    '@redirect0 {',
    String.raw`	path_regexp redirect0 ^/blog/([^/\\]+)(?:/|$)((?:[^/\\][^\\]*)?)$`,
    '\tnot file {path} {path}.html {path}/index.html',
    '}',
    'redir @redirect0 /news/{re.redirect0.1}/{re.redirect0.2} 302',
    '@redirect1 {',
    '\tpath_regexp redirect1 ^/x$',
    '\tnot file {path} {path}.html {path}/index.html',
    '}',
    'redir @redirect1 https://example.com:8080/:y 301',
    '@redirect2 {',
    String.raw`	path_regexp redirect2 ^/app(?:/|$)((?:[^/\\][^\\]*)?)$`,
    '}',
    'rewrite @redirect2 /i.html',
  ]);
});

test('What cannot be done is left out and told by its line.', () => {
  const { warnings, headers, redirects } = rulesOf({
    _headers:
      '  X-Early: 1\nhttps://a/b\n  X-Lost: 1\n/a\n  X: {env.SECRET}\n  Content-Length: 1\n  bad name: 1',
    _redirects:
      '/a /b 302 Country=de\n/a id=:id /b\n/api/* https://x.example/ 200\nhttps://a/ /b\n/a //b\n/a /{b}\n/a',
  });
  assert.deepEqual([headers, redirects], [[], []]);
  assert.deepEqual(
    warnings.map(({ text }) => /Line (\d) of _(\w)/.exec(text)?.slice(1).join('')),
    ['1h', '2h', '3h', '5h', '6h', '7h', '1r', '2r', '3r', '4r', '5r', '6r', '7r'],
  );
});

test('Pages that are meant to be behind a password are not published.', () => {
  assert.throws(() => rulesOf({ _headers: '/*\n  Basic-Auth: a:b' }), {
    code: 'E_BUILD_PLAN',
    message: '_headers asks for Basic-Auth, and the pages would be open to all',
  });
});

test('More rules than a build can take are refused.', () => {
  const _redirects = '/a /b\n'.repeat(201);
  assert.throws(() => rulesOf({ _redirects }), { code: 'E_BUILD_PLAN', message: /more than 200 rules/ });
});

test('Whatever the files say, a line of the configuration stays one line, and says nothing by braces.', () => {
  const text = fc.string({ unit: fc.constantFrom(...'/a:*{}"`\\$# \t\n\r'), maxLength: 40 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const rules = rulesOf({ _headers: `/${left}\n  X: ${right}`, _redirects: `/${left} /${right}` });
      for (const line of [...headerLines(rules), ...redirectLines(rules)]) {
        assert.doesNotMatch(line, /[\n\r`]/);
        const own = line.replaceAll(/\{re\.redirect\d+\.\d+\}|\{path\}|\{$|^\}$/g, '');
        assert.doesNotMatch(own, /[{}]/, line);
        const [, quoted] = /^header \S+ \S+ "(.*)"$/.exec(line) ?? [];
        if (quoted !== undefined) assert.match(quoted, /^(?:[^"\\]|\\")*$/);
      }
    }),
  );
});
