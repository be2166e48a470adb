import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { run } from '../base/exec.ts';
import { quoteShellWord } from './shell-words.ts';
import { needsGroupKill, startCommand } from './start-command.ts';

const shell = (line: string) => ['/bin/sh', '-c', line];

test('A line of plain words is the arguments themselves.', () => {
  const cases: [string, string[]][] = [
    ['node server.js', ['node', 'server.js']],
    [`  gunicorn -b '0.0.0.0:80'  "my app":app `, ['gunicorn', '-b', '0.0.0.0:80', 'my app:app']],
    ['rake jobs:work QUEUE=a,b', ['rake', 'jobs:work', 'QUEUE=a,b']],
    [`echo '$HOME; a && b | *' "\\$x" a\\;b`, ['echo', '$HOME; a && b | *', '$x', 'a;b']],
    [`./start ''`, ['./start', '']],
    ['env A=1 node x', ['env', 'A=1', 'node', 'x']],
  ];
  for (const [line, argv] of cases) assert.deepEqual(startCommand(line), argv, line);
});

test('Where a shell is needed for its last command only, that command takes its place.', () => {
  const cases: [string, string][] = [
    ['node server.js $PORT', 'exec node server.js $PORT'],
    ['gunicorn -b "0.0.0.0:$PORT" app', 'exec gunicorn -b "0.0.0.0:$PORT" app'],
    ['serve --port ${PORT:-3000}', 'exec serve --port ${PORT:-3000}'],
    ['ls *.js', 'exec ls *.js'],
    ['~/bin/run', 'exec ~/bin/run'],
    ['$CMD', 'exec $CMD'],
    ['A=1 B="$C d" node x', 'A=1 B="$C d" exec node x'],
    ['cd app && node x', 'cd app && exec node x'],
    ['migrate;cd app&&A=1 node x', 'migrate;cd app&&A=1 exec node x'],
    [`echo 'a && b'; echo ';' && node x`, `echo 'a && b'; echo ';' && exec node x`],
    ['export A=${B:-c} && node x', 'export A=${B:-c} && exec node x'],
    ['[ -f x ] && node x', '[ -f x ] && exec node x'],
    ['node x > log 2>&1', 'exec node x > log 2>&1'],
    ['node x <in >>out', 'exec node x <in >>out'],
  ];
  for (const [line, script] of cases) {
    assert.deepEqual(startCommand(line), shell(script));
    assert.equal(needsGroupKill(line), false, line);
  }
});

test('An exec that is there already is not doubled.', () => {
  for (const line of [
    'exec node x',
    'exec node $PORT',
    'cd a && exec node x',
    'A=1 exec node x',
    'set -- a; exec "$@"',
  ]) {
    assert.deepEqual(startCommand(line), shell(line));
    assert.equal(needsGroupKill(line), false, line);
  }
});

test('All else stays in a shell that waits, with the line as it is.', () => {
  const lines = [
    'node x | tee log',
    'a || b',
    'a & b',
    'node x &',
    'a; b &&',
    'a;',
    '',
    '(cd a; node x)',
    '{ a; b; }',
    'if a; then b; fi',
    'while true; do a; sleep 1; done',
    'a; while true; do b; done',
    '! a',
    'time a',
    '[[ -f x ]] && a',
    'a && cd b',
    'node $(cat args)',
    'node `cat args`',
    'node "$(cat "a; b")"',
    'node ${A:-"b; c"}',
    'node ${A:-$B}',
    `node $'a\\'; b'`,
    'cat <<X\na\nX',
    'a <<<b',
    'a <(b)',
    'a &> log',
    'a |& b',
    'a\nb',
    'a \\\n b',
    'A=1',
    'a; A=1',
    'a # not; b',
    "a # don't",
    'a "b',
    'a >',
    '> log a',
    '2>log cd x',
    '2>log A=1 node x',
    'trap x EXIT; node x',
    '. ./env && node x',
    'source env; start',
    'eval "$X"; node x',
    'alias a=b; a',
    'f() { a; }; f',
    'wait',
    'command node x',
  ];
  for (const line of lines) {
    const [program, option, script] = startCommand(line);
    assert.deepEqual([program, option], ['/bin/sh', '-c'], line);
    assert.match(script ?? '', /^trap '.*' TERM INT; /);
    assert.ok(script?.endsWith(`; ${line}`), line);
    assert.ok(needsGroupKill(line), line);
  }
});

test('Any words, quoted, are the arguments of what is started.', () => {
  const unit = fc.constantFrom(...`ab $\`"'\\\n;&|<>()*?~#!=-{}ä💧`);
  // Lines that a backslash joins are left to the shell, and no line of a Procfile has them.
  const word = fc.string({ unit }).filter((word) => !word.includes('\\\n'));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const argv = ['node', ...words];
      assert.deepEqual(startCommand(argv.map(quoteShellWord).join(' ')), argv);
    }),
  );
});

test('What is started says what the line says to a shell.', async () => {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '80', EMPTY: '' };
  const lines = [
    'printf %s, a "b c" \'$PORT\'',
    'printf %s, $PORT "$PORT" ${EMPTY:-x} ${PORT+y}',
    'A=$PORT B=2 env',
    'A=1 B="$PORT 2" sh -c \'echo $A $B\'',
    'cd / && pwd',
    'export A=1; echo "a;b" && sh -c \'echo $A\'',
    'false && echo a',
    'false; echo a',
    'echo a >&2',
    'echo a | tr a b',
    'false || echo b',
    'for a in 1 2; do echo $a; done',
    '(echo a; echo b)',
    'echo a # b',
    'echo $(echo a)',
    'sh -c "exit 3"',
    '[ -f /none ] && echo a',
    'echo a; exit 4',
    'echo a & wait',
  ];
  const result = async ([program = '', ...args]: readonly string[]) => {
    const { code, stdout, stderr } = await run(program, args, { env });
    // The shell itself leaves these in the environment.
    return {
      code,
      stderr,
      stdout: stdout
        .replaceAll(/^(_|PWD|OLDPWD|SHLVL)=.*\n/gm, '')
        .split('\n')
        .sort(),
    };
  };
  for (const line of lines)
    assert.deepEqual(await result(startCommand(line)), await result(shell(line)), line);
});
