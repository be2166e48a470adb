import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf, type Files } from '../../../../../test/machine/plan-of.ts';
import { readProject } from './project.ts';
import { resolveLine } from './resolve-line.ts';

const scripts = {
  start: 'node server.js',
  serve: 'next start -p $PORT',
  again: 'npm start -- --fast',
  env: 'NODE_ENV=production node server.js',
  cross: 'cross-env A=1 B=2 node server.js',
  chain: 'node migrate.js && npm start',
  circle: 'npm run circle',
  hooked: 'node server.js',
  prehooked: 'node migrate.js',
  followed: 'node server.js',
  postfollowed: 'echo bye',
  quoted: 'node -e "start()"',
};
const manifest = { scripts, dependencies: { next: '15' } };
const resolve = (line: string, more: Files = {}) =>
  resolveLine(readProject(contextOf({ 'package.json': manifest, ...more })), line);

test('A script is started by the command that it is.', () => {
  const cases = {
    'npm start': 'node server.js',
    'npm run start': 'node server.js',
    'npm run --silent start': 'node server.js',
    'yarn start': 'node server.js',
    'pnpm run serve': 'next start -p $PORT',
    'bun run start': 'node server.js',
    'npm run start -- --port 1': 'node server.js --port 1',
    'pnpm start --port 1': 'node server.js --port 1',
    'yarn again': 'node server.js --fast',
    'npm run env': 'NODE_ENV=production node server.js',
    'DEBUG=x npm start': 'DEBUG=x node server.js',
    'npm run cross': 'A=1 B=2 node server.js',
    'npm run chain': 'node migrate.js && node server.js',
    'A=1 npm run chain': 'export A=1 && node migrate.js && node server.js',
    'npm run hooked': 'node migrate.js && node server.js',
    'npm run quoted': 'node -e "start()"',
    'npx next start': 'next start',
    'pnpm exec next start': 'next start',
    'yarn next start': 'next start',
    'npm run start && npm run serve': 'node server.js && next start -p $PORT',
    'node server.js': 'node server.js',
    'bun index.ts': 'bun index.ts',
    './bin/run --x': './bin/run --x',
  };
  for (const [line, command] of Object.entries(cases)) {
    assert.deepEqual(resolve(line), { line: command, wrapped: false }, line);
  }
});

test('What cannot be told stays, by npm, which is in every image of Node.', () => {
  const cases = {
    'npm run followed': 'npm run followed',
    'pnpm run followed --x': 'npm run followed -- --x',
    'yarn nothing': 'npm run nothing',
    'npm run circle': 'npm run circle',
    'npm run --unknown start': 'npm run --unknown start',
    'pnpm --filter nowhere start': 'npm run --workspace=nowhere start',
  };
  for (const [line, command] of Object.entries(cases))
    assert.deepEqual(resolve(line), { line: command, wrapped: true }, line);
  assert.deepEqual(resolve('npm start | tee "log"'), { line: 'npm start | tee "log"', wrapped: true });
});

test('What npm starts without a script is started without npm.', () => {
  const project = readProject(contextOf({ 'package.json': {}, 'server.js': '' }));
  assert.equal(resolveLine(project, 'npm start').line, 'node server.js');
});

test('A workspace starts in its folder, with the commands that are installed there.', () => {
  const workspace = { 'apps/web/package.json': { name: '@shop/web', scripts: { start: 'next start' } } };
  const files = {
    ...workspace,
    'package.json': { workspaces: ['apps/*'], scripts: { start: 'npm start -w @shop/web' } },
  };
  const line = 'cd apps/web && export PATH="$PWD/node_modules/.bin:$PATH" && next start';
  for (const asked of [
    'npm start',
    'npm start -w @shop/web',
    'npm --workspace=apps/web run start',
    'pnpm --filter @shop/web start',
    'pnpm -C apps/web start',
    'yarn workspace @shop/web start',
    'npm --prefix ./apps/web start',
  ])
    assert.deepEqual(resolve(asked, files), { line, wrapped: false }, asked);
  assert.equal(resolve('A=1 npm start', files).line, `export A=1 && ${line}`);
  assert.equal(
    resolve('npm start -w @shop/web && node x', files).line,
    'npm run --workspace=@shop/web start && node x',
  );
});
