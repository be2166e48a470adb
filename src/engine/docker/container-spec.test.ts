import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../base/secret.ts';
import { defaultCheck } from '../../model/check.ts';
import { Names } from '../../model/names.ts';
import type { ProcessSpec } from '../../model/process.ts';
import { processContainer, taskContainer } from './container-spec.ts';

const names = new Names('main');

const spec: ProcessSpec = {
  app: 'shop',
  release: 12,
  type: 'web',
  index: 1,
  deploy: 42,
  image: 'sha256:abc',
  command: ['node', 'server.js'],
  env: { DATABASE_URL: new Secret('postgres://u:s3cr3t@db/shop'), PORT: '1', GIT_REV: '1a2b' },
  port: 5000,
  memory: 512 * 2 ** 20,
  cpus: 0.5,
  stopTimeout: 30,
  restartPolicy: 'unless-stopped',
  check: defaultCheck('web'),
  fingerprint: 'f00d',
};

/** What is the same for every container of ours. */
const common = { Tty: false, OpenStdin: false, Healthcheck: { Test: ['NONE'] } };
const confinement = {
  Init: true,
  LogConfig: { Type: 'local', Config: { 'max-size': '10m', 'max-file': '3' } },
  SecurityOpt: ['no-new-privileges'],
  CapDrop: ['ALL'],
  CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  PidsLimit: 4096,
};

describe('container spec', () => {
  it('says how often a process is started again', () => {
    const policyOf = (restartPolicy: string) =>
      processContainer({ ...spec, restartPolicy }, names, '10.192.3.2').HostConfig.RestartPolicy;
    assert.deepEqual(policyOf('always'), { Name: 'always' });
    assert.deepEqual(policyOf('on-failure:10'), { Name: 'on-failure', MaximumRetryCount: 10 });
  });

  it('says everything of a process', () => {
    assert.deepEqual(processContainer(spec, names, '10.192.3.2'), {
      Image: 'sha256:abc',
      Cmd: ['node', 'server.js'],
      Env: [
        'DATABASE_URL=postgres://u:s3cr3t@db/shop',
        'PORT=5000',
        'GIT_REV=1a2b',
        'DYNO=web.1',
        'TINI_KILL_PROCESS_GROUP=1',
      ],
      Hostname: 'web.1',
      StopTimeout: 30,
      ...common,
      Labels: {
        'slipway.instance': 'main',
        'slipway.role': 'process',
        'slipway.app': 'shop',
        'slipway.deploy': '42',
        'slipway.release': '12',
        'slipway.type': 'web',
        'slipway.index': '1',
        'slipway.port': '5000',
        'slipway.address': '10.192.3.2',
        'slipway.fingerprint': 'f00d',
      },
      HostConfig: {
        ...confinement,
        Memory: 536_870_912,
        MemorySwap: 536_870_912,
        NanoCpus: 500_000_000,
        NetworkMode: 'slipway-main-shop',
        RestartPolicy: { Name: 'always' },
      },
      NetworkingConfig: {
        EndpointsConfig: { 'slipway-main-shop': { IPAMConfig: { IPv4Address: '10.192.3.2' } } },
      },
    });
  });

  it("leaves the image's own command, and sets no limits, where the process has none", () => {
    const plain = processContainer(
      { ...spec, command: null, port: null, memory: null, cpus: null },
      names,
      '10.192.3.2',
    );
    assert.equal('Cmd' in plain, false);
    assert.equal('slipway.port' in plain.Labels, false);
    assert.ok(!plain.Env.includes('PORT=5000'));
    assert.deepEqual(
      ['Memory', 'MemorySwap', 'NanoCpus'].filter((key) => key in plain.HostConfig),
      [],
    );
  });

  it('puts secrets nowhere but into the environment', () => {
    const { Env: _env, ...rest } = processContainer(spec, names, '10.192.3.2');
    assert.doesNotMatch(JSON.stringify(rest), /s3cr3t/);
  });

  it('says everything of a task', () => {
    const task = {
      app: 'shop',
      deploy: 42,
      purpose: 'release',
      image: 'sha256:abc',
      command: ['rake', 'db:migrate'],
      joined: [],
      env: { KEY: new Secret('value') },
    };
    assert.deepEqual(taskContainer(task, names), {
      Image: 'sha256:abc',
      Cmd: ['rake', 'db:migrate'],
      Env: ['KEY=value', 'DYNO=release.1', 'TINI_KILL_PROCESS_GROUP=1'],
      Hostname: 'release.1',
      ...common,
      Labels: {
        'slipway.instance': 'main',
        'slipway.role': 'task',
        'slipway.app': 'shop',
        'slipway.deploy': '42',
        'slipway.type': 'release',
      },
      HostConfig: { ...confinement, NetworkMode: 'slipway-main-shop', RestartPolicy: { Name: 'no' } },
    });
  });
});
