import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openQuestion, questionLines } from './confirmation.ts';
import { renderLine } from './render.ts';

const shop = { app: 'shop' };

test('a destructive operation asks for the name', () => {
  const question = openQuestion('apps:destroy', shop, { force: false, typed: undefined });
  assert.ok(question);
  assert.equal(question.expect, 'shop');
  assert.deepEqual(
    questionLines(question).map((line) => renderLine(line, { color: false }).text),
    [
      ' !     WARNING: Potentially Destructive Action',
      ' !     This command will destroy app shop.',
      ' !     To proceed, type "shop"',
    ],
  );
});

test('the name, or --force, answers it', () => {
  assert.equal(openQuestion('apps:destroy', shop, { force: false, typed: 'shop' }), null);
  assert.equal(openQuestion('apps:destroy', shop, { force: true, typed: undefined }), null);
});

test('anything else ends it', () => {
  for (const typed of ['', 'Shop', 'shop ', 'yes']) {
    assert.throws(() => openQuestion('apps:destroy', shop, { force: false, typed }), {
      code: 'E_NOT_CONFIRMED',
    });
  }
});

test('other operations ask nothing', () => {
  assert.equal(openQuestion('apps:create', shop, { force: false, typed: undefined }), null);
});
