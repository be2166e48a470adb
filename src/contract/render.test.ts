import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../model/failures.ts';
import { isShown, renderFailure, renderLine } from './render.ts';

const plain = { color: false };

test('each kind of line has its prefix; only warnings go to standard error', () => {
  assert.deepEqual(renderLine({ kind: 'step', text: 'Building' }, plain), {
    to: 'out',
    text: '-----> Building',
  });
  assert.deepEqual(renderLine({ kind: 'header', text: 'My Apps' }, plain), {
    to: 'out',
    text: '=====> My Apps',
  });
  assert.deepEqual(renderLine({ kind: 'detail', text: 'web: 1' }, plain), {
    to: 'out',
    text: '       web: 1',
  });
  assert.deepEqual(renderLine({ kind: 'out', text: ' as it is ' }, plain), { to: 'out', text: ' as it is ' });
  assert.deepEqual(renderLine({ kind: 'warning', text: 'careful' }, plain), {
    to: 'err',
    text: ' !     careful',
  });
});

test('every line of a text has the prefix, and none ends with spaces', () => {
  assert.equal(renderLine({ kind: 'warning', text: 'a\n\nb' }, plain).text, ' !     a\n !\n !     b');
});

test('colours only where asked for', () => {
  assert.equal(renderLine({ kind: 'step', text: 'x' }, { color: true }).text, '\u001b[1m-----> x\u001b[0m');
  assert.equal(
    renderLine({ kind: 'warning', text: 'x' }, { color: true }).text,
    '\u001b[31m !     x\u001b[0m',
  );
  assert.equal(renderLine({ kind: 'detail', text: 'x' }, { color: true }).text, '       x');
});

test('headers drop with --quiet', () => {
  assert.equal(isShown({ kind: 'header', text: '' }, true), false);
  assert.equal(isShown({ kind: 'header', text: '' }, false), true);
  assert.equal(isShown({ kind: 'step', text: '' }, true), true);
});

test('a failure tells its code, its cause, what is known, and the fix', () => {
  const error = failure('E_NOT_HEALTHY', 'web.1 did not answer', {
    detail: ['connection refused'],
    hint: 'listen on 0.0.0.0:$PORT',
  });
  assert.deepEqual(renderFailure(error, plain), [
    { to: 'err', text: ' !     E_NOT_HEALTHY: web.1 did not answer' },
    { to: 'err', text: ' !       connection refused' },
    { to: 'err', text: ' !     Fix: listen on 0.0.0.0:$PORT' },
  ]);
});

test('a missing app is told in the one line that scripts know', () => {
  const error = failure('E_APP_MISSING', 'App shop does not exist');
  assert.deepEqual(renderFailure(error, plain), [{ to: 'err', text: ' !     App shop does not exist' }]);
});

test('a failure that came over the wire may have neither hint nor detail', () => {
  assert.deepEqual(renderFailure({ code: 'E_X', message: 'm' }, plain), [
    { to: 'err', text: ' !     E_X: m' },
  ]);
});
