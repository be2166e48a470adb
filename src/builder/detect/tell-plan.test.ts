import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Files, planOf } from '../../../test/machine/plan-of.ts';
import { outTo } from '../../model/line.ts';
import { tellPlan } from './tell-plan.ts';

function toldOf(files: Files, procfile: Record<string, string> | null = null): readonly string[] {
  const told: string[] = [];
  const plan = planOf(files, { procfile });
  tellPlan(plan, { procfile, out: outTo(({ kind, text }) => told.push(`${kind}: ${text}`)) });
  return told;
}

const starts = (told: readonly string[]) => told.find((line) => line.includes('starts with'));

test('What was found, what decided, what starts and how to change it come first.', () => {
  assert.deepEqual(
    toldOf({ 'package.json': { dependencies: { express: '5' }, engines: { node: '22' } }, 'server.js': '' }),
    [
      'step: Building as node (Express): package.json found',
      'detail: npm, as nothing asks for another',
      'detail: Node 22, as package.json asks for 22',
      'detail: web starts with: node server.js',
      'detail: To change this: the key "build" of app.json, or a Dockerfile (slipway builder:plan shows one)',
      'warning: There is no lock file: each build may get other versions; run npm install and commit the lock file that it writes',
    ],
  );
});

test('A server that Slipway brings is told by its name, not by its command.', () => {
  assert.equal(
    starts(toldOf({ 'index.html': '' })),
    'detail: web starts with: Caddy, which serves the pages',
  );
  assert.equal(starts(toldOf({ 'index.php': '' })), 'detail: web starts with: Apache, which runs PHP');
});

test('What the Procfile starts is told, and not what would be started without it.', () => {
  const files = { 'package.json': {}, 'server.js': '' };
  const line = (web: string) => starts(toldOf(files, { web }));
  assert.equal(line('node mine.js'), 'detail: web starts with: node mine.js, as the Procfile says');
  assert.equal(starts(toldOf(files, { worker: 'node w.js' })), 'detail: web starts with: node server.js');
});
