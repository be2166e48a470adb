import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { randomId } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import { silent, outTo } from '../../model/line.ts';
import { Names } from '../../model/names.ts';
import type { ProcessSpec, RunningProcess } from '../../model/process.ts';
import { Docker } from '../../tools/docker.ts';
import { inspectContainer, listContainers } from '../../tools/docker-containers.ts';
import { listNetworks } from '../../tools/docker-networks.ts';
import { ensureTestImage } from '../../../test/machine/test-image.ts';
import { engineContract } from '../engine.contract.ts';
import { failsWith, impatient, never, type Program, specOf, taskOf } from '../engine-under-test.contract.ts';
import { DockerEngine } from './docker-engine.ts';

const docker = new Docker('/var/run/docker.sock');
/** Away from what an installation uses by itself. */
const pool = '10.224.0.0/12';

const shell = (script: string) => ['sh', '-c', script];
const programs: Readonly<Record<Program, readonly string[]>> = {
  web: shell('exec httpd -f -p $PORT -h /www'),
  silent: ['sleep', '1000'],
  exits: shell('echo no database; exit 3'),
  talks: shell('echo one; echo two; echo three; exec sleep 1000'),
  succeeds: shell('echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three'),
  endless: shell('echo begun; exec sleep 1000'),
};
const command = (program: Program) => programs[program];
const newNames = () => new Names(`t${randomId(10)}`);

async function leftovers(names: Names): Promise<string[]> {
  const label = `slipway.instance=${names.instance}`;
  const networks = (await listNetworks(docker)).filter(
    (network) => network.labels['slipway.instance'] === names.instance,
  );
  return [
    ...(await listContainers(docker, [label])).map((row) => row.Id),
    ...networks.map((network) => network.name),
  ];
}

engineContract('docker', async () => {
  const names = newNames();
  const theirs = newNames();
  return {
    engine: new DockerEngine(docker, names, { subnets: pool }),
    stranger: new DockerEngine(docker, theirs, { subnets: pool }),
    image: await ensureTestImage(docker),
    command,
    leftovers: async () => [...(await leftovers(names)), ...(await leftovers(theirs))],
  };
});

describe('engine docker, what only containers can show', () => {
  const names = newNames();
  const engine = new DockerEngine(docker, names, { subnets: pool });
  const quiet = { out: silent, signal: never };
  let image: string;

  before(async () => {
    image = await ensureTestImage(docker);
  });
  afterEach(async () => {
    await engine.remove(await engine.list(), 0);
  });
  after(async () => {
    for (const app of ['shop', 'blog']) await engine.removeApp(app);
    assert.deepEqual(await leftovers(names), []);
  });

  const processSpec = (script: string, more: Partial<ProcessSpec> = {}) => {
    return specOf({ image, command }, 'web', { command: shell(script), ...more });
  };
  const startOne = async (spec: ProcessSpec): Promise<RunningProcess> => {
    const [process] = await engine.start([spec], never);
    assert.ok(process);
    return process;
  };
  const output = async (script: string) => {
    const lines: string[] = [];
    const task = { ...taskOf({ image, command }, 'succeeds'), command: shell(script) };
    await engine.runTask(task, { out: outTo((line) => lines.push(line.text)), signal: never });
    return lines;
  };

  it('names the port and address that a process listens on in place of the right one', async () => {
    const wrongPort = processSpec('exec httpd -f -p 8080 -h /www', { check: impatient(1000) });
    const loopback = processSpec('exec httpd -f -p 127.0.0.1:5000 -h /www', {
      check: impatient(1000),
      index: 2,
    });
    const started = await engine.start([wrongPort, loopback], never);
    const [first, second] = started;
    assert.ok(first && second);
    const one = await failsWith('E_WRONG_PORT', engine.waitHealthy(first, wrongPort, quiet));
    assert.equal(one.message, 'web.1 listens on port 8080, but is asked on port 5000');
    const two = await failsWith('E_BIND_LOOPBACK', engine.waitHealthy(second, loopback, quiet));
    assert.equal(two.message, 'web.2 listens on 127.0.0.1:5000; listen on 0.0.0.0:$PORT');
  });

  it('names a command that the image does not have', async () => {
    const spec = processSpec('', { command: ['serve', '--all'] });
    const process = await startOne(spec);
    const failed = await failsWith('E_COMMAND_NOT_FOUND', engine.waitHealthy(process, spec, quiet));
    assert.equal(failed.message, 'web.1 cannot start: its command "serve" is not in the image');
    const task = { ...taskOf({ image, command }, 'succeeds'), command: ['migrate'] };
    await failsWith('E_COMMAND_NOT_FOUND', engine.runTask(task, quiet));
  });

  it('fails for an image that is not here, and leaves nothing of the processes started with it', async () => {
    const missing = processSpec('true', { image: `sha256:${'0'.repeat(64)}`, index: 2 });
    await failsWith('E_IMAGE_UNAVAILABLE', engine.start([processSpec('exec sleep 1000'), missing], never));
    assert.deepEqual(await engine.list(), []);
  });

  it('sees that a process ended although Docker started it again', async () => {
    const spec = processSpec('echo died; exit 5');
    const process = await startOne(spec);
    while ((await inspectContainer(docker, process.id)).RestartCount === 0)
      await new Promise((go) => setTimeout(go, 20));
    const failed = await failsWith('E_PROCESS_EXITED', engine.waitHealthy(process, spec, quiet));
    assert.match(failed.message, /ended with code 5/);
  });

  it('says that a process was killed for want of memory', async () => {
    const spec = processSpec('sleep 0.2; tail /dev/zero', { memory: 16 * 2 ** 20 });
    const process = await startOne(spec);
    const failed = await failsWith('E_OUT_OF_MEMORY', engine.waitHealthy(process, spec, quiet));
    assert.match(failed.message, /killed(, most likely)? for using more memory than its limit of 16 MB/);
  });

  it('checks by a command inside the container', async () => {
    const probe = { kind: 'command', argv: ['test', '-e', '/tmp/ready'] } as const;
    const good = processSpec('sleep 0.2; touch /tmp/ready; exec sleep 1000', {
      check: impatient(20_000, { probe }),
    });
    const bad = processSpec('exec sleep 1000', {
      check: impatient(500, { probe: { kind: 'command', argv: ['ls', '/none'] } }),
    });
    const [first, second] = await engine.start([good, bad], never);
    assert.ok(first && second);
    await engine.waitHealthy(first, good, quiet);
    const failed = await failsWith('E_NOT_HEALTHY', engine.waitHealthy(second, bad, quiet));
    assert.match(failed.message, /its check command ended with 1: ls: \/none/);
  });

  it('keeps the address of a process over a restart of its container', async () => {
    const spec = processSpec('exec httpd -f -p $PORT -h /www');
    const process = await startOne(spec);
    await engine.waitHealthy(process, spec, quiet);
    await docker.json('POST', `/containers/${process.id}/stop`, { query: { t: 30 } });
    const other = await startOne(processSpec('exec sleep 1000', { index: 2 }));
    const [stopped] = (await engine.list('shop')).filter((one) => one.id === process.id);
    assert.equal(stopped?.state, 'exited');
    assert.equal(stopped?.exitCode, 143);
    assert.equal(stopped?.address, process.address);
    await docker.json('POST', `/containers/${process.id}/start`);
    await engine.waitHealthy(process, spec, quiet);
    assert.notEqual(other.address, process.address);
  });

  it('keeps apps from reaching each other, and lets processes of one app do so', async () => {
    const web = await startOne(processSpec('exec httpd -f -p $PORT -h /www'));
    const fetch = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${web.address} 5000 | tail -n 1`;
    assert.deepEqual(await output(`sleep 0.2; ${fetch}`), ['hello']);
    const lines: string[] = [];
    const task = { ...taskOf({ image, command }, 'succeeds'), app: 'blog', command: shell(fetch) };
    await engine.runTask(task, { out: outTo((line) => lines.push(line.text)), signal: never });
    assert.doesNotMatch(lines.join(), /hello/);
    assert.match(lines.join(), /timed out/);
  });

  it('ends a process by SIGTERM and waits for it', async () => {
    const script = `trap 'echo got TERM; sleep 0.3; echo drained; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const process = await startOne(processSpec(script, { stopTimeout: 10 }));
    const seen: string[] = [];
    const abort = new AbortController();
    let up = () => {};
    const isUp = new Promise<void>((resolve) => (up = resolve));
    const onLine = ({ text }: { text: string }) => {
      seen.push(text);
      if (text === 'up') up();
    };
    const reader = { past: (lines: readonly { text: string }[]) => lines.forEach(onLine), next: onLine };
    const following = engine.logs({ app: 'shop', lines: 10, follow: true }, reader, abort.signal);
    await isUp;
    await engine.remove([process], 30);
    abort.abort();
    await following;
    // The shell says so of its sleep, which gets the signal too.
    const own = seen.filter((text) => text !== 'Terminated');
    assert.deepEqual(own, ['up', 'got TERM', 'drained']);
  });

  it('gives those who follow all lines of a process that is removed, once each', async () => {
    const script = `trap 'exit 0' TERM; echo up; i=0; while :; do i=$((i+1)); echo $i; done`;
    const process = await startOne(processSpec(script));
    const seen: string[] = [];
    const abort = new AbortController();
    const enough = Promise.withResolvers<void>();
    const next = ({ text }: { text: string }) => seen.push(text) === 500 && enough.resolve();
    const reader = { past: (lines: readonly { text: string }[]) => lines.forEach(next), next };
    const following = engine.logs({ app: 'shop', lines: 1000, follow: true }, reader, abort.signal);
    await enough.promise;
    const kept: string[] = [];
    await engine.remove([process], 5, (_process, read) =>
      read(async (lines) => void kept.push(...lines.map(({ text }) => text))),
    );
    abort.abort();
    await following;
    assert.equal(seen.at(-1), kept.at(-1));
    assert.deepEqual(seen.slice(-400), kept.slice(-400));
    assert.equal(new Set(seen).size, seen.length);
  });

  it('gives a process its environment, limits and few powers', async () => {
    const limited = processSpec('exec sleep 1000', {
      memory: 64 * 2 ** 20,
      cpus: 0.5,
      env: { KEY: new Secret('s3cr3t') },
    });
    const process = await startOne(limited);
    const answer = JSON.stringify(await docker.json('GET', `/containers/${process.id}/json`));
    assert.match(answer, /"Memory":67108864/);
    assert.match(answer, /"NanoCpus":500000000/);
    assert.match(answer, /"KEY=s3cr3t"/);
    assert.match(answer, /"PORT=5000"/);
    await engine.remove([process], 0);

    const status = await output(`grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/1/status; hostname; echo $DYNO`);
    // Bits of capabilities(7): CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10.
    const bits = '00000000000004eb';
    assert.deepEqual(status, [
      `CapEff:\t${bits}`,
      `CapBnd:\t${bits}`,
      'NoNewPrivs:\t1',
      'release.1',
      'release.1',
    ]);
  });

  it('cuts lines of any length and keeps what is not ASCII whole', async () => {
    const lines = await output(`yes é | head -n 50000 | tr -d '\\n'; echo; echo end`);
    assert.equal(lines.at(-1), 'end');
    assert.equal(lines.slice(0, -1).join(''), 'é'.repeat(50_000));
  });

  it('uses an address again only after all others', async () => {
    const first = await startOne(processSpec('exec sleep 1000'));
    const second = await startOne(processSpec('exec sleep 1000', { index: 2 }));
    await engine.remove([first], 0);
    const third = await startOne(processSpec('exec sleep 1000', { index: 3 }));
    assert.equal(new Set([first.address, second.address, third.address]).size, 3);
  });

  it('removes tasks that were left behind', async () => {
    const left = engine.runTask(taskOf({ image, command }, 'endless'), {
      out: outTo((line) => line.text === 'begun' && void engine.removeTasks()),
      signal: never,
    });
    assert.equal((await left).exitCode, 137);
  });

  it('says that Docker is down', async () => {
    const nowhere = new DockerEngine(new Docker('/nonexistent/docker.sock'), names, { subnets: pool });
    await failsWith('E_DOCKER_DOWN', nowhere.describe());
  });
});
