import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { Secret } from '../base/secret.ts';
import { parseAppJson } from './app-json.ts';
import {
  applyWishes,
  changeFormation,
  changeRelease,
  planRelease,
  type ReleasePlan,
  sameConfig,
} from './plan-release.ts';
import type { Config, Formation } from './release.ts';

const config = (values: Record<string, string>): Config =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, new Secret(value)]));

const plain: ReleasePlan = {
  image: { id: 'sha256:1', reference: 'slipway/test/shop:d1', digest: null, ports: [] },
  build: { builder: 'dockerfile', bases: [], language: null, plan: null, watched: null },
  procfile: { web: 'serve', worker: 'work', release: 'migrate' },
  appJson: parseAppJson('{}'),
  config: { global: {}, own: {} },
  wishes: {},
  domains: ['shop.localhost'],
  revision: '1a2b3c4',
  settings: {
    stopTimeout: 30,
    restartPolicy: 'unless-stopped',
    revisionVariable: 'GIT_REV',
    startCommand: null,
    checkModes: {},
  },
  description: 'Deploy 1a2b3c4',
};

const counts = (formation: Formation) =>
  Object.fromEntries(Object.entries(formation).map(([type, { count }]) => [type, count]));

const size = (count: number) => ({ count, memory: null, cpus: null });

describe('planRelease', () => {
  it('runs one web and none of the others, and never the release entry as a process', () => {
    const release = planRelease(plain);
    assert.deepEqual(counts(release.formation), { web: 1, worker: 0 });
    assert.deepEqual(Object.keys(release.processes), ['web', 'worker', 'release']);
  });

  it('takes the image without a Procfile as web with its own command', () => {
    const release = planRelease({ ...plain, procfile: null });
    assert.equal(release.processes['web']?.command, null);
    assert.deepEqual(counts(release.formation), { web: 1 });
  });

  it('lets what was asked for win over app.json, and that over the usual', () => {
    const appJson = parseAppJson(
      '{"formation":{"web":{"quantity":2,"memory":"512M"},"worker":{"quantity":3,"cpu":0.5}}}',
    );
    const release = planRelease({ ...plain, appJson, wishes: { web: { count: 5 } } });
    assert.deepEqual(release.formation['web'], { count: 5, memory: 512 * 1024 ** 2, cpus: null });
    assert.deepEqual(release.formation['worker'], { count: 3, memory: null, cpus: 0.5 });
  });

  it('asks nothing of types that the Procfile does not have', () => {
    const release = planRelease({ ...plain, wishes: { gone: { count: 2 } } });
    assert.deepEqual(counts(release.formation), { web: 1, worker: 0 });
  });

  it("puts the app's config over the global one", () => {
    const layers = { global: config({ A: 'global', B: 'global' }), own: config({ A: 'own' }) };
    const release = planRelease({ ...plain, config: layers });
    assert.ok(sameConfig(release.config, config({ A: 'own', B: 'global' })));
  });

  it('takes the check of app.json, each type its own', () => {
    const appJson = parseAppJson('{"healthchecks":{"web":[{"path":"/up"}]}}');
    const { processes } = planRelease({ ...plain, appJson });
    assert.equal(processes['web']?.check.probe.kind, 'http');
    assert.equal(processes['worker']?.check.probe.kind, 'uptime');
  });
});

describe('a release made from another', () => {
  it('differs in what was changed, and in nothing else', () => {
    const base = { ...planRelease(plain), app: 'shop', number: 3 };
    const draft = changeRelease(base, { domains: [], description: 'Clear domains' });
    const { app: _app, number: _number, ...rest } = base;
    assert.deepEqual(draft, { ...rest, domains: [], description: 'Clear domains' });
  });
});

describe('changeFormation', () => {
  const base = { web: size(1), worker: { count: 0, memory: 512, cpus: null } };

  it('changes counts and keeps sizes', () => {
    assert.deepEqual(changeFormation(base, { worker: { count: 2 } }), {
      web: size(1),
      worker: { count: 2, memory: 512, cpus: null },
    });
  });

  it('refuses types that are not there, by name, whatever an object of JavaScript has', () => {
    for (const type of ['wrker', 'constructor']) {
      assert.throws(
        () => changeFormation(base, { [type]: { count: 1 } }),
        (error) => error instanceof Failure && error.message.includes(`${type}; it has: web, worker`),
      );
    }
  });

  it('is forgiving as applyWishes: types that are not there are passed over', () => {
    assert.deepEqual(counts(applyWishes(base, { web: { count: 4 }, gone: { count: 1 } })), {
      web: 4,
      worker: 0,
    });
  });
});

describe('sameConfig', () => {
  it('compares keys and values, not their order', () => {
    assert.ok(sameConfig(config({ A: '1', B: '2' }), config({ B: '2', A: '1' })));
    assert.ok(!sameConfig(config({ A: '1' }), config({ A: '2' })));
    assert.ok(!sameConfig(config({ A: '1' }), config({ A: '1', B: '2' })));
    assert.ok(!sameConfig(config({ constructor: '1' }), config({ A: '1' })));
  });
});
