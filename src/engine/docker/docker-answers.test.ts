import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerError } from '../../tools/docker.ts';
import { processOfRow } from './container-row.ts';
import { dockerFailure } from '../../model/docker-failure.ts';
import { inDocker, isAddressTaken } from './docker-failures.ts';
import { parseListeners } from './listeners.ts';
import { oomKillOf } from './oom-kills.ts';

describe('errors of Docker', () => {
  const code = (status: number, message: string) => dockerFailure(new DockerError(status, message)).code;

  it('become failures that a user can act on', () => {
    assert.equal(code(0, 'Docker does not answer: connect ENOENT'), 'E_DOCKER_DOWN');
    assert.equal(code(404, 'No such image: sha256:00'), 'E_IMAGE_UNAVAILABLE');
    assert.equal(code(500, 'mkdir /var/lib/docker/overlay2/x: no space left on device'), 'E_DISK_FULL');
    assert.equal(code(507, 'write /x: disk quota exceeded'), 'E_DISK_FULL');
    assert.equal(code(500, 'runc create failed: fork/exec: cannot allocate memory'), 'E_MEMORY_SHORT');
    assert.equal(code(400, 'exec /app/serve: exec format error'), 'E_WRONG_ARCHITECTURE');
    assert.equal(code(409, 'something else'), 'E_DOCKER');
  });

  it('leaves other errors as they are', async () => {
    const bug = new TypeError('x');
    await assert.rejects(
      inDocker(() => Promise.reject(bug)),
      bug,
    );
    await assert.rejects(
      inDocker(() => Promise.reject(new DockerError(404, 'No such image'))),
      {
        code: 'E_IMAGE_UNAVAILABLE',
      },
    );
  });

  it('are told apart where it matters', () => {
    assert.equal(isAddressTaken(new DockerError(403, 'Address already in use')), true);
    assert.equal(isAddressTaken(new Error('Address already in use')), false);
  });
});

describe('a row of the list of containers', () => {
  const row = {
    Id: 'abc',
    State: 'running',
    Status: 'Up 2 minutes',
    Created: 1_700_000_000,
    Labels: {
      'slipway.app': 'shop',
      'slipway.release': '12',
      'slipway.type': 'web',
      'slipway.index': '1',
      'slipway.deploy': '42',
      'slipway.port': '5000',
      'slipway.address': '10.192.3.2',
      'slipway.fingerprint': 'f00d',
    },
  };

  it('is a process', () => {
    assert.deepEqual(processOfRow(row), {
      id: 'abc',
      app: 'shop',
      release: 12,
      type: 'web',
      index: 1,
      deploy: 42,
      fingerprint: 'f00d',
      address: '10.192.3.2',
      port: 5000,
      state: 'running',
      startedAt: 1_700_000_000_000,
      exitCode: null,
    });
  });

  it('tells how the process ended', () => {
    const of = (State: string, Status: string) => {
      const { state, exitCode } = processOfRow({ ...row, State, Status });
      return `${state} ${exitCode}`;
    };
    assert.equal(of('exited', 'Exited (143) Less than a second ago'), 'exited 143');
    assert.equal(of('restarting', 'Restarting (1) 4 seconds ago'), 'restarting 1');
    assert.equal(of('created', 'Created'), 'exited null');
    assert.equal(of('paused', 'Up 5 seconds (Paused)'), 'running null');
  });
});

describe('what listens in a container', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid';
  const line = (local: string, state = '0A') =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0`;

  it('is read from the kernel, without the DNS server of Docker and without open connections', () => {
    const text = [
      head,
      line('00000000:1388'),
      line('0100007F:0BB8'),
      line('0B00007F:A001'),
      line('00000000:1F90', '01'),
    ];
    assert.deepEqual(parseListeners(text.join('\n')), [
      { port: 3000, loopback: true },
      { port: 5000, loopback: false },
    ]);
  });

  it('is in reach when one of two addresses of a port is', () => {
    const any6 = `${'0'.repeat(32)}:1388`;
    const loopback6 = `${'0'.repeat(24)}01000000:0BB8`;
    assert.deepEqual(parseListeners([line('0100007F:1388'), line(any6), line(loopback6)].join('\n')), [
      { port: 3000, loopback: true },
      { port: 5000, loopback: false },
    ]);
  });
});

describe('kills for want of memory in the log of the kernel', () => {
  const line = (constraint: string, oom: string, task: string) =>
    `oom-kill:constraint=${constraint},nodemask=(null),cpuset=x,mems_allowed=0,${oom}task_memcg=${task},task=node,pid=7,uid=0`;

  it('are told apart by whose limit it was', () => {
    const atLimit = line('CONSTRAINT_MEMCG', 'oom_memcg=/docker/abc,', '/docker/abc');
    const above = line('CONSTRAINT_MEMCG', 'oom_memcg=/docker,', '/docker/abc');
    const machine = line('CONSTRAINT_NONE', 'global_oom,', '/system.slice/docker-abc.scope');
    assert.equal(oomKillOf([atLimit, 'Killed process 7 (node)'], 'abc'), 'limit');
    assert.equal(oomKillOf([above], 'abc'), 'machine');
    assert.equal(oomKillOf([machine], 'abc'), 'machine');
  });

  it('are of no other container', () => {
    const other = line('CONSTRAINT_MEMCG', 'oom_memcg=/docker/def,', '/docker/def');
    assert.equal(oomKillOf([other, 'eth0: renamed from vethabc'], 'abc'), null);
  });
});
