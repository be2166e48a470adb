import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { call, type CallOptions, hello, live, push } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { sampleInputs, sampleStdin } from '../../test/machine/sample-calls.ts';
import { type OperationName, operationNames } from '../contract/operations.ts';
import { present } from '../contract/present.ts';
import { messageOf } from '../base/failure.ts';

/** What shows values because that is what it is for. */
const revealing: ReadonlySet<OperationName> = new Set([
  'config:show',
  'config:get',
  'config:export',
  'config:bundle',
]);

/** Everything that people or files were told: lines, outputs as printed, failures, events, rows, logs. */
class Told {
  readonly texts: string[] = [];

  async of(deps: MemoryDeps, [name, input]: readonly [OperationName, object], options: CallOptions = {}) {
    const onLine = ({ text }: { text: string }) => this.texts.push(text);
    try {
      const output = await call(deps, [name, { ...input }], { ...options, onLine });
      if (revealing.has(name)) return;
      this.texts.push(JSON.stringify(output));
      const how = { format: 'text', quiet: false, info: null, now: 0 } as const;
      this.texts.push(
        ...present({ name, input: { ...input } as never, output }, how).map((line) => line.text),
      );
    } catch (error) {
      this.texts.push(messageOf(error), JSON.stringify(error));
    }
  }

  /** What was kept of it all. */
  collect(deps: MemoryDeps): string {
    const apps = deps.store.apps.all();
    const folder = join(deps.settings.root, 'deploys');
    const kept = [
      JSON.stringify(deps.store.events.list({ limit: 1000 })),
      ...apps.map((app) => JSON.stringify(deps.store.deploys.list(app, 1000))),
      ...apps.map((app) => JSON.stringify(deps.store.releases.list(app))),
      ...readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
      ...deps.logged,
    ];
    return [...this.texts, ...kept].join('\n');
  }
}

const random = () => `x${randomBytes(8).toString('hex')}`;

describe('a secret', () => {
  it('is told nowhere, whatever is done with an app that has it', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    const told = new Told();
    const appJson = JSON.stringify({ env: { GENERATED: { generator: 'secret' } } });
    await live(deps, 'shop', { ...hello, 'app.json': appJson });
    const { GENERATED: generated = '' } = await call(deps, ['config:show', { app: 'shop' }]);
    const [own, global, encoded] = [random(), random(), random()];
    const base64 = Buffer.from(encoded).toString('base64');
    await told.of(deps, ['config:set', { app: null, pairs: [`GLOBAL=${global}`] }]);
    await told.of(deps, ['config:set', { app: 'shop', pairs: [`OWN=${own}`] }]);
    await told.of(deps, ['config:set', { app: 'shop', pairs: [`ENCODED=${base64}`], encoded: true }]);
    await told.of(deps, ['config:set', { app: 'shop', pairs: [`${own}-${own}`, `=${own}`, `1=${own}`] }]);
    await told.of(deps, ['config:import', { app: 'shop', text: `IMPORTED=${own}\n${own} ${own}\n` }]);
    isBroken = true;
    await told.of(deps, ['config:set', { app: 'shop', pairs: [`OWN=${own}${own}`] }]);
    isBroken = false;
    await push(deps, ['shop', { ...hello, 'app.json': appJson }]);
    const last: OperationName[] = ['config:clear', 'apps:destroy'];
    for (const name of [...operationNames.filter((name) => !last.includes(name)), ...last]) {
      const stdin = sampleStdin(name);
      if (name === 'config:clear') told.texts.push(told.collect(deps));
      await told.of(deps, [name, sampleInputs[name]], stdin ? { stdin } : {});
    }
    await deps.settled();
    const everything = told.collect(deps);
    assert.ok(everything.includes('OWN'), 'keys are told');
    for (const secret of [own, global, encoded, base64, generated]) {
      assert.notEqual(secret, '');
      const line = everything.split('\n').find((text) => text.includes(secret));
      assert.equal(line, undefined);
    }
  });

  it('is shown where that is asked for', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }) => lines.push(text);
    await call(deps, ['config:set', { app: 'shop', pairs: ['OWN=xyzzy'], show: true }], { onLine });
    assert.ok(lines.includes('OWN: xyzzy'), lines.join('\n'));
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), { OWN: 'xyzzy' });
  });
});
