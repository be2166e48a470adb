import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingCommand } from './command-not-found.ts';

test('The command that is missing is read from what the init, runc and shells say.', () => {
  const said: Readonly<Record<string, string>> = {
    '[FATAL tini (7)] exec npm run failed: No such file or directory': 'npm run',
    'OCI runtime create failed: exec: "nosuch": executable file not found in $PATH: unknown': 'nosuch',
    'exec: "/app/run": stat /app/run: no such file or directory': '/app/run',
    'sh: 1: nosuch: not found': 'nosuch',
    '/bin/sh: 1: exec: ./bin/serve: not found': './bin/serve',
    'sh: exec: line 0: nosuch: not found': 'nosuch',
    'bash: line 1: gunicorn: command not found': 'gunicorn',
  };
  for (const [line, command] of Object.entries(said)) assert.equal(missingCommand(line), command, line);
});

test('Files that a program misses are no commands.', () => {
  assert.equal(missingCommand('Error: no such file or directory, open x.json'), undefined);
  assert.equal(missingCommand('GET /favicon.ico: not found'), undefined);
});
