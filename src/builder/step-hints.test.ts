import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepHint } from './step-hints.ts';

test('A lock file that is out of step is told with the command that mends it.', () => {
  const cases: [string, RegExp][] = [
    [
      'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update',
      /run npm install, commit package-lock\.json/,
    ],
    [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
      /run pnpm install/,
    ],
    [
      'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
      /run yarn install, commit yarn\.lock/,
    ],
    [
      '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
      /yarn/,
    ],
    ['error: lockfile had changes, but lockfile is frozen', /run bun install/],
  ];
  for (const [line, fix] of cases) assert.match(stepHint(['before', line, 'after']) ?? '', fix);
});

test('What Maven and Gradle say of a Java that is too old, and of a jar that nothing starts, is told with what to do.', () => {
  const cases: [string, RegExp][] = [
    [
      '[ERROR] Fatal error compiling: error: invalid target release: 21 -> [Help 1]',
      /java\.runtime\.version=21/,
    ],
    ['Unsupported class file major version 65', /system\.properties/],
    ['no main manifest attribute, in shop-1.0.jar', /<mainClass>/],
    ['not one jar to be started in /app/target: a.jar b.jar', /Procfile/],
    ['[ERROR] ... : PKIX path building failed: sun.security.provider', /trust store/],
  ];
  for (const [line, fix] of cases) assert.match(stepHint(['before', line, 'after']) ?? '', fix);
});

test('What nothing is known of gets no hint.', () => {
  assert.equal(stepHint([]), undefined);
  assert.equal(stepHint(['src/index.ts(3,5): error TS2304: Cannot find name "x".']), undefined);
});
