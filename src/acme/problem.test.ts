import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../model/failures.ts';
import type { Proof } from './acme.ts';
import { notProven, refused, type Problem } from './problem.ts';

const authority = 'ca.example';

function problem(type: string, detail = 'the reason'): Problem {
  return { type: `urn:ietf:params:acme:error:${type}`, detail, subproblems: [] };
}

const refusals: readonly (readonly [string, status: number, FailureCode, message: string])[] = [
  ['accountDoesNotExist', 400, 'E_ACME_ACCOUNT', 'ca.example does not know the account: the reason'],
  [
    'externalAccountRequired',
    403,
    'E_ACME_ACCOUNT',
    'ca.example registers only those who have an account with it already: the reason',
  ],
  [
    'userActionRequired',
    403,
    'E_ACME_ACCOUNT',
    "ca.example asks something of the account's owner: the reason",
  ],
  ['invalidContact', 400, 'E_ACME_ACCOUNT', 'ca.example does not take the e-mail address: the reason'],
  ['unsupportedContact', 400, 'E_ACME_ACCOUNT', 'ca.example does not take the e-mail address: the reason'],
  ['rejectedIdentifier', 403, 'E_ACME', 'ca.example gives no certificate for this name: the reason'],
  [
    'unsupportedIdentifier',
    400,
    'E_ACME',
    'ca.example gives no certificates for names of this kind: the reason',
  ],
  ['caa', 403, 'E_ACME_PROOF', 'ca.example is forbidden by a CAA record to give a certificate: the reason'],
  ['rateLimited', 429, 'E_ACME_LIMIT', 'ca.example takes no more requests for a while: the reason'],
  ['badNonce', 400, 'E_ACME_DOWN', 'ca.example takes none of its own nonces: the reason'],
  ['serverInternal', 500, 'E_ACME_DOWN', 'ca.example has trouble of its own: the reason'],
  ['malformed', 400, 'E_ACME', 'ca.example refuses: the reason'],
  ['unauthorized', 403, 'E_ACME', 'ca.example refuses: the reason'],
  ['neverHeardOf', 409, 'E_ACME', 'ca.example refuses: the reason'],
  ['neverHeardOf', 503, 'E_ACME_DOWN', 'ca.example answers with status 503: the reason'],
];

for (const [type, status, code, message] of refusals) {
  test(`a request that is refused with ${type} and status ${status} is ${code}`, () => {
    const { code: made, message: text, hint } = refused({ authority, status, problem: problem(type) });
    assert.deepEqual({ made, text }, { made: code, text: message });
    assert.ok(hint);
  });
}

const bare: readonly (readonly [status: number, FailureCode])[] = [
  [404, 'E_ACME_DOWN'],
  [429, 'E_ACME_LIMIT'],
  [502, 'E_ACME_DOWN'],
];

for (const [status, code] of bare) {
  test(`status ${status} without a problem is ${code}`, () => {
    assert.equal(refused({ authority, status, problem: null }).code, code);
  });
}

test('when it may be asked again is carried along', () => {
  const limited = { authority, status: 429, problem: problem('rateLimited') };
  assert.equal(refused({ ...limited, retryAfter: 5000 }).retryAfter, 5000);
  assert.equal(refused(limited).retryAfter, undefined);
});

test('the page to read is the hint, where something is asked of the owner and only there', () => {
  const page = 'https://ca.example/terms-2';
  const asked = refused({ authority, status: 403, problem: problem('userActionRequired'), page });
  assert.equal(asked.hint, `read ${page} and do what it says`);
  const other = refused({ authority, status: 400, problem: problem('malformed'), page });
  assert.ok(!other.hint?.includes(page));
});

const file: Proof = { kind: 'http-01', domain: 'shop.example', token: 't', answer: 'a' };
const record: Proof = {
  kind: 'dns-01',
  domain: '*.shop.example',
  record: '_acme-challenge.shop.example',
  value: 'v',
};

const findings: readonly (readonly [string, Proof, message: string, hint: RegExp])[] = [
  ['dns', file, 'ca.example gets no usable answer of DNS for shop.example: the reason', /A record/],
  ['dns', record, 'ca.example gets no usable answer of DNS for *.shop.example: the reason', /TXT record/],
  ['connection', file, 'ca.example cannot connect for shop.example: the reason', /port 80/],
  [
    'unauthorized',
    file,
    'ca.example found something else than the proof for shop.example: the reason',
    /proxy/,
  ],
  [
    'unauthorized',
    record,
    'ca.example found something else than the proof for *.shop.example: the reason',
    /TXT/,
  ],
  [
    'incorrectResponse',
    file,
    'ca.example found something else than the proof for shop.example: the reason',
    /AAAA/,
  ],
  ['tls', file, 'ca.example found no usable TLS for shop.example: the reason', /redirect/],
  [
    'caa',
    file,
    'ca.example is forbidden by a CAA record to give a certificate for shop.example: the reason',
    /CAA/,
  ],
  ['neverHeardOf', file, 'ca.example did not find the proof for shop.example: the reason', /see the message/],
];

for (const [type, proof, message, hint] of findings) {
  test(`a proof by ${proof.kind} that ends with ${type} tells what was seen and what to do`, () => {
    const made = notProven(authority, proof, problem(type));
    assert.equal(made.code, 'E_ACME_PROOF');
    assert.equal(made.message, message);
    assert.match(made.hint ?? '', hint);
  });
}

test('trouble and limits of the authority are no fault of the proof', () => {
  assert.equal(notProven(authority, file, problem('serverInternal')).code, 'E_ACME_DOWN');
  assert.equal(notProven(authority, file, problem('rateLimited')).code, 'E_ACME_LIMIT');
});

test("a stranger's text is one line of bounded length, also in what is below it", () => {
  const wild = `<html>\r\n\u001b[31mred\u0007 ${'x'.repeat(2000)}`;
  const made = refused({
    authority,
    status: 400,
    problem: {
      ...problem('malformed', wild),
      subproblems: Array.from({ length: 50 }, () => ({ type: '', detail: wild })),
    },
  });
  for (const text of [made.message, ...made.detail]) {
    assert.ok(text.length < 600, String(text.length));
    assert.doesNotMatch(text, /\p{Cc}/u);
  }
  assert.ok(made.message.startsWith('ca.example refuses: <html> [31mred x'));
  assert.equal(made.detail.length, 5);
});
