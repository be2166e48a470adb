import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Failure } from '../base/failure.ts';
import { parseProcfile } from './procfile.ts';

test('Types and commands are cut at the first colon, in the order of the file.', () => {
  const text =
    '# all of it\nweb: node server.js --url http://x:1 # really\n\n  worker :   bin/work  \nrelease:bin/migrate\n';
  const parsed = parseProcfile(text);
  assert.deepEqual(parsed, {
    web: 'node server.js --url http://x:1 # really',
    worker: 'bin/work',
    release: 'bin/migrate',
  });
  assert.deepEqual(Object.keys(parsed), ['web', 'worker', 'release']);
});

test('A byte order mark and lines that end as on Windows change nothing.', () => {
  assert.deepEqual(parseProcfile('\uFEFFweb: a\r\n\r\n# b: c\r\nb: d\r\n'), { web: 'a', b: 'd' });
});

test('A file without entries has none.', () => {
  assert.deepEqual(parseProcfile('\n# web: x\n'), {});
});

test('A type that is called as a property of every object is a type like others; only __proto__ is refused.', () => {
  assert.deepEqual(Object.entries(parseProcfile('constructor: b\ntoString: c')), [
    ['constructor', 'b'],
    ['toString', 'c'],
  ]);
  assert.throws(() => parseProcfile('__proto__: a'), { code: 'E_PROCFILE' });
});

test('All that is wrong is told at once, with line numbers.', () => {
  const text = [
    'web: a',
    'worker',
    ': x',
    'web: b',
    'clock:',
    '',
    'a b: c',
    `${'x'.repeat(64)}: c`,
    'nul: a\0b',
  ].join('\n');
  assert.throws(
    () => parseProcfile(text),
    (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, 'E_PROCFILE');
      assert.equal(error.message, 'Procfile has 7 problems');
      assert.deepEqual(error.detail, [
        'line 2: no colon; each line is TYPE: COMMAND',
        'line 3: no process type before the colon',
        'line 4: process type "web" is there twice',
        'line 5: process type "clock" has no command',
        'line 7: process type "a b" must be letters, digits, - and _',
        `line 8: process type "${'x'.repeat(64)}" has more than 63 characters`,
        'line 9: the command of "nul" has a NUL',
      ]);
      return true;
    },
  );
});

test('One problem is the message itself.', () => {
  assert.throws(() => parseProcfile('web'), {
    code: 'E_PROCFILE',
    message: 'Procfile: line 1: no colon; each line is TYPE: COMMAND',
    detail: [],
  });
});

test('Any types with any commands are read back.', () => {
  const type = fc.stringMatching(/^[A-Za-z0-9_-]{1,63}$/).filter((name) => name !== '__proto__');
  const command = fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/);
  fc.assert(
    fc.property(fc.dictionary(type, command), (commands) => {
      const text = Object.entries(commands).map(([type, command]) => `${type}: ${command}\n`);
      assert.deepEqual(Object.entries(parseProcfile(text.join(''))), Object.entries(commands));
    }),
  );
});
