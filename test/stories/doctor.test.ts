import assert from 'node:assert/strict';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { labels, Names } from '../../src/model/names.ts';
import { createContainer, deleteContainer, startContainer } from '../../src/tools/docker-containers.ts';
import { tagsBelow } from '../../src/tools/docker-survey.ts';
import { Docker } from '../../src/tools/docker.ts';
import { helloApp } from '../machine/hello-app.ts';
import { endProcess } from '../machine/processes.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
  const { code, output } = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

interface Finding {
  readonly area: string;
  readonly state: string;
  readonly text: string;
}

/** What is not well, but for what the machine of the test has by itself; the exit status. */
async function doctor(): Promise<{ code: number | null; found: readonly string[] }> {
  const { code, stdout, stderr } = await sandbox.slipway(['doctor', '--format', 'json']);
  assert.equal(stderr, '');
  const ofMachine = new Set(['Disk', 'Memory', 'Clock', 'Domains', 'Ports']);
  const found = (JSON.parse(stdout) as Finding[])
    .filter(({ area, state }) => state === 'broken' || (state !== 'ok' && !ofMachine.has(area)))
    .map(({ area, state, text }) => `${area} ${state}: ${text}`);
  return { code, found };
}

/** A sandbox has an sshd of its own, which reads nothing below /etc/ssh. */
const ownSshd = 'SSH warning: The configuration in /etc/ssh does not name our file of keys';

test('a healthy server has nothing broken, and its parts are named', async () => {
  assert.deepEqual(await doctor(), { code: 0, found: [ownSshd] });
  const text = await sandbox.ok('doctor');
  for (const area of ['Docker', 'Networks', 'Router', 'Ports', 'Disk', 'Processes', 'Certificates', 'Store'])
    assert.match(text, new RegExp(`^-----> ${area}$`, 'm'));
  assert.match(text, /^ {7}1 process of 1 app runs$/m);
  for (const port of [sandbox.httpPort, sandbox.httpsPort])
    assert.match(text, new RegExp(`^ {7}${port}: the router$`, 'm'));
  assert.match(text, /^ {7}https serves 0 of 1 host name$/m);
  assert.match(text, new RegExp(`^ {7}${sandbox.sshPort}: sshd`, 'm'));
});

/** Makes a container of the app's image while the work goes on; one that carries the instance's label is cleaned up. */
async function besides(config: object, work: (name: string) => Promise<void>): Promise<void> {
  const docker = new Docker('/var/run/docker.sock');
  const names = new Names(sandbox.instance);
  const name = `${names.network('ghost')}.web.1.d1`;
  const [Image = ''] = await tagsBelow(docker, `${names.imagesOf()}shop:`);
  const id = await createContainer(docker, name, { Image, ...config });
  try {
    await startContainer(docker, id);
    await work(name);
  } finally {
    await deleteContainer(docker, id);
    docker.close();
  }
}

const idle = ['node', '-e', 'setTimeout(() => {}, 60_000)'];

test('a container that carries our label and belongs to no app is named', async () => {
  const own = { [labels.instance]: sandbox.instance, [labels.app]: 'ghost' };
  await besides({ Labels: own, Cmd: idle }, async (name) => {
    const { code, found } = await doctor();
    assert.equal(code, 0);
    assert.deepEqual(found, [`Leftovers warning: The container ${name} belongs to no app`, ownSshd]);
  });
});

test('a port that Docker opens past a firewall is told', async () => {
  const config = {
    Labels: { [labels.instance]: sandbox.instance, [labels.app]: 'shop' },
    Cmd: idle,
    ExposedPorts: { '7000/tcp': {} },
    HostConfig: { PortBindings: { '7000/tcp': [{ HostIp: '0.0.0.0', HostPort: '0' }] } },
  };
  await besides(config, async (name) => {
    const text = await sandbox.ok('doctor');
    assert.match(
      text,
      new RegExp(`warning: Docker opens 0\\.0\\.0\\.0:\\d+ for the container ${name}, past`),
    );
  });
});

test('a key file that others may read is broken, with the command that closes it', async () => {
  const key = join(sandbox.root, 'store/key');
  await chmod(key, 0o644);
  const { code, found } = await doctor();
  await chmod(key, 0o600);
  assert.equal(code, 1);
  assert.deepEqual(found, [`Files broken: ${key} has the mode 644, not 600`, ownSshd]);
});

test('a router that was killed with its supervisor is broken, with its start as the fix', async () => {
  const folder = join(sandbox.root, 'router');
  const [supervisor, proxy] = await Promise.all(
    ['supervisor.pid', 'haproxy.pid'].map(async (file) => Number(await readFile(join(folder, file), 'utf8'))),
  );
  assert.ok(supervisor && proxy);
  await endProcess(supervisor);
  await endProcess(proxy);
  const { code, found } = await doctor();
  assert.equal(code, 1);
  assert.ok(
    found.includes('Router broken: The router does not run: no app can be reached'),
    found.join('\n'),
  );
  assert.ok(
    found.some((line) => line.startsWith(`Ports broken: Nobody listens on port ${sandbox.httpPort}`)),
  );
  const text = (await sandbox.slipway(['doctor'])).stdout;
  assert.match(text, /^ !       Fix: restart slipwayd, which starts it$/m);
});
