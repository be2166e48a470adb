import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf, type Files } from '../../../../../test/machine/plan-of.ts';
import { choosePackageManager, workspacePatterns } from './choose-installer.ts';
import { readProject } from './project.ts';

const chosen = (manifest: object, more: Files = {}) =>
  readProject(contextOf({ 'package.json': manifest, ...more })).manager;
const told = (manifest: object, more: Files = {}) => chosen(manifest, more).reason;

test('package.json names the package manager, else the lock file does, else engines, else it is npm.', () => {
  assert.equal(
    told({ packageManager: 'pnpm@10.4.1+sha512.ab12' }, { 'pnpm-lock.yaml': '' }),
    'pnpm 10.4.1, as packageManager in package.json says',
  );
  assert.equal(told({}, { 'package-lock.json': {} }), 'npm, as package-lock.json says');
  assert.equal(told({}, { 'npm-shrinkwrap.json': {} }), 'npm, as npm-shrinkwrap.json says');
  assert.equal(told({}, { 'yarn.lock': '# yarn lockfile v1\n' }), 'yarn 1, as yarn.lock says');
  assert.equal(told({}, { 'bun.lock': '', 'bun.lockb': '' }), 'bun 1, as bun.lock says');
  assert.equal(told({ engines: { pnpm: '>=9' } }), 'pnpm 9, as engines in package.json says');
  assert.equal(told({}), 'npm, as nothing asks for another');
});

test('The lock file tells which pnpm and which yarn wrote it.', () => {
  const pnpm = { '5.3': '6', '5.4': '7', "'6.0'": '8', "'6.1'": '8', "'9.0'": '9' };
  for (const [format, version] of Object.entries(pnpm))
    assert.equal(chosen({}, { 'pnpm-lock.yaml': `lockfileVersion: ${format}\n` }).version, version, format);
  const settings = {
    'pnpm-lock.yaml': "lockfileVersion: '9.0'",
    'pnpm-workspace.yaml': 'shamefullyHoist: true',
  };
  assert.equal(chosen({}, settings).version, '10');
  const yarn = { 4: '2', 6: '3', 8: '4.9', 10: '4' };
  for (const [format, version] of Object.entries(yarn)) {
    const { name, version: found } = chosen({}, { 'yarn.lock': `__metadata:\n  version: ${format}\n` });
    assert.deepEqual([name, found], ['berry', version]);
  }
  const release = { 'yarn.lock': '__metadata:\n  version: 8\n', '.yarn/releases/yarn-4.6.0.cjs': '' };
  assert.equal(chosen({}, release).version, '4.6.0');
});

test('Two that contradict each other are refused, with what to remove.', () => {
  assert.throws(() => chosen({}, { 'package-lock.json': {}, 'yarn.lock': '' }), {
    code: 'E_BUILD_PLAN',
    message: 'There are two lock files, package-lock.json and yarn.lock',
    hint: 'keep the one of the program that you install with, and remove the other: git rm yarn.lock',
  });
  assert.throws(() => chosen({}, { 'package-lock.json': {}, 'npm-shrinkwrap.json': {} }), {
    message: /package-lock\.json and npm-shrinkwrap\.json/,
  });
  assert.throws(() => chosen({ packageManager: 'pnpm@9.1.0' }, { 'yarn.lock': '' }), {
    message: 'package.json says packageManager pnpm@9.1.0, but there is yarn.lock, which is of yarn',
  });
});

test('A packageManager that is none is refused, whatever it holds.', () => {
  for (const packageManager of ['pnpm', 'pnpm@latest', 'cargo@1.0.0', 'npm@1; rm -rf /', 'npm@1\n2'])
    assert.throws(() => chosen({ packageManager }), { code: 'E_BUILD_PLAN' }, packageManager);
});

test('Workspaces are found by the patterns of their program.', () => {
  const files = {
    'packages/a/package.json': { name: 'a' },
    'packages/b/package.json': { name: 'b' },
    'packages/b/deep/package.json': { name: 'deep' },
    'apps/web/package.json': { name: 'web' },
  };
  const folders = (manifest: object, more: Files = {}) =>
    readProject(contextOf({ 'package.json': manifest, ...files, ...more })).workspaces.map(
      ({ folder }) => folder,
    );
  assert.deepEqual(folders({ workspaces: ['packages/*'] }), ['packages/a', 'packages/b']);
  assert.deepEqual(folders({ workspaces: { packages: ['./apps/*/', 'packages/**', '!packages/b'] } }), [
    'apps/web',
    'packages/a',
    'packages/b/deep',
  ]);
  const pnpm = { 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': 'packages: [apps/web]' };
  assert.deepEqual(folders({ workspaces: ['packages/*'] }, pnpm), ['apps/web']);
});

test('A manifest with odd values is read as far as it makes sense.', () => {
  const context = contextOf({
    'package.json': { scripts: [], engines: 'x', workspaces: [1], dependencies: null },
  });
  const project = readProject(context);
  assert.equal(choosePackageManager(context.source, project.root).name, 'npm');
  assert.deepEqual(workspacePatterns(context.source, project.root, 'npm'), []);
});
