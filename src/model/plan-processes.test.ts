import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../base/secret.ts';
import { defaultCheck } from './check.ts';
import { planChange, processEnv, wantedProcesses, webPort } from './plan-processes.ts';
import { processName, type ProcessSpec, type RunningProcess } from './process.ts';
import type { Release } from './release.ts';

const release: Release = {
  app: 'shop',
  number: 3,
  image: { id: 'sha256:1', reference: 'slipway/test/shop:d1', digest: null, ports: [3000, 8080] },
  config: { A: new Secret('1') },
  processes: {
    web: { command: 'serve --fast', check: defaultCheck('web'), checks: 'enabled' },
    worker: { command: null, check: defaultCheck('worker'), checks: 'enabled' },
  },
  formation: { web: { count: 2, memory: null, cpus: null }, worker: { count: 1, memory: 64, cpus: 0.5 } },
  domains: [],
  revision: null,
  stopTimeout: 30,
  restartPolicy: 'unless-stopped',
  revisionVariable: 'GIT_REV',
  description: '',
  build: null,
};

/** The processes of specs, as an engine would list them. */
function running(specs: readonly ProcessSpec[], state: RunningProcess['state'] = 'running') {
  return specs.map(({ app, release, type, index, deploy, fingerprint, port }): RunningProcess => {
    const known = { app, release, type, index, deploy, fingerprint, port };
    const name = `${type}.${index}.d${deploy}`;
    return { id: name, ...known, address: '10.0.0.2', state, startedAt: 0, exitCode: null };
  });
}

const names = (processes: readonly { type: string; index: number }[]) => processes.map(processName).join(' ');

describe('wantedProcesses', () => {
  it('are as many of each type as the formation says, with their command, port and limits', () => {
    const [first, second, third] = wantedProcesses(release, 7);
    assert.equal(names(wantedProcesses(release, 7)), 'web.1 web.2 worker.1');
    assert.deepEqual([first?.command, first?.port, first?.deploy], [['serve', '--fast'], 3000, 7]);
    assert.equal(second?.fingerprint, first?.fingerprint);
    assert.deepEqual([third?.command, third?.port, third?.memory, third?.cpus], [null, null, 64, 0.5]);
  });

  it('have another fingerprint as soon as anything that is run differs, and no other reason', () => {
    const print = (change: Partial<Release>) => wantedProcesses({ ...release, ...change }, 1)[0]?.fingerprint;
    const same = print({});
    assert.equal(print({ number: 9, domains: ['x'], description: 'x' }), same);
    assert.equal(print({ config: { ...release.config } }), same);
    const differing: Partial<Release>[] = [
      { image: { ...release.image, id: 'sha256:2' } },
      { config: { A: new Secret('2') } },
      { config: { B: new Secret('1') } },
      { config: {} },
      { revision: 'abc' },
      { stopTimeout: 31 },
      { restartPolicy: 'always' },
      { revision: 'abc', revisionVariable: 'COMMIT' },
      { image: { ...release.image, ports: [8080] } },
      {
        processes: {
          ...release.processes,
          web: { command: 'serve', check: defaultCheck('web'), checks: 'enabled' },
        },
      },
      { formation: { ...release.formation, web: { count: 2, memory: 1, cpus: null } } },
    ];
    const all = new Set([same, ...differing.map(print)]);
    assert.equal(all.size, differing.length + 1);
  });

  it('cannot be of a type that the release does not have', () => {
    const formation = { gone: { count: 1, memory: null, cpus: null } };
    assert.throws(() => wantedProcesses({ ...release, formation }, 1), /no process type gone/);
  });
});

describe('webPort', () => {
  const port = (set: string | undefined, ports: readonly number[]) =>
    webPort({
      ...release,
      image: { ...release.image, ports },
      config: set === undefined ? {} : { PORT: new Secret(set) },
    });

  it("is the config's PORT, else the lowest port of the image, else 5000", () => {
    assert.equal(port('8000', [3000]), 8000);
    assert.equal(port(undefined, [3000, 8080]), 3000);
    assert.equal(port(undefined, []), 5000);
  });

  it('passes over a PORT that is none', () => {
    for (const wrong of ['', 'x', '0', '-1', '65536', '80.5', '80 81'])
      assert.equal(port(wrong, [3000]), 3000);
  });
});

describe('processEnv', () => {
  it('is the config and the revision; the config may say another', () => {
    assert.deepEqual(processEnv({ ...release, config: {}, revision: 'abc' }), { GIT_REV: 'abc' });
    assert.deepEqual(processEnv({ ...release, config: {} }), {});
    const own = processEnv({ ...release, config: { GIT_REV: new Secret('own') }, revision: 'abc' });
    assert.equal(String(own['GIT_REV']), '[hidden]');
  });
});

describe('planChange', () => {
  const wanted = wantedProcesses(release, 2);
  const present = running(wantedProcesses(release, 1));

  it('keeps what runs as wanted, and starts and retires nothing', () => {
    assert.deepEqual(planChange(wanted, present), { keep: present, start: [], retire: [] });
  });

  it('starts what is missing and retires the surplus', () => {
    const change = planChange(wanted.slice(1), present.slice(0, 2));
    assert.equal(names(change.keep), 'web.2');
    assert.equal(names(change.start), 'worker.1');
    assert.equal(names(change.retire), 'web.1');
  });

  it('replaces what differs', () => {
    const other = wantedProcesses({ ...release, config: {} }, 2);
    const change = planChange(other, present);
    assert.equal(names(change.start), 'web.1 web.2 worker.1');
    assert.deepEqual(change.retire, present);
  });

  it('replaces what does not run', () => {
    for (const state of ['exited', 'restarting'] as const) {
      const change = planChange(wanted, running(wantedProcesses(release, 1), state));
      assert.equal(change.keep.length, 0);
      assert.equal(change.start.length, 3);
    }
  });

  it('replaces the types that are to be fresh, and keeps the others', () => {
    const change = planChange(wanted, present, (type) => type === 'worker');
    assert.equal(names(change.keep), 'web.1 web.2');
    assert.equal(names(change.start), 'worker.1');
    assert.equal(names(change.retire), 'worker.1');
  });

  it('keeps one of two that are the same, the first', () => {
    const twice = [...running(wantedProcesses(release, 5)), ...present];
    const change = planChange(wanted, twice);
    assert.deepEqual(
      change.keep.map(({ deploy }) => deploy),
      [5, 5, 5],
    );
    assert.deepEqual(change.retire, present);
  });
});
