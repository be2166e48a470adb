import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '../src/base/exec.ts';
import { randomId } from '../src/base/ids.ts';
import { contextTar } from '../src/builder/context-tar.ts';
import { Docker } from '../src/tools/docker.ts';
import { helloApp } from '../test/machine/hello-app.ts';
import { instanceTraces } from '../test/machine/instance-traces.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { bareKey } from './bare-key.ts';
import { interleaved, ms, print, timed } from './measure.ts';

/*
 * One-line change of a tiny Node app, from `git push` until the new version answers through the router, against the
 * floor of the same machine in the same run: a bare push with an empty hook, a cached build through the API, the start
 * of a container until it answers.
 */
const runs = Number(process.argv[2] ?? 9);

const sandbox = await Sandbox.start();
const docker = new Docker('/var/run/docker.sock');
try {
  await bench();
} finally {
  docker.close();
  await sandbox.stop();
}

async function bench(): Promise<void> {
  const repository = await sandbox.repository(helloApp('start'));
  await sandbox.push(repository, 'shop');
  const bare = await bareRepository();
  let returned = 0;
  const medians = await interleaved(runs, {
    bare: () => barePush(bare),
    build: () => cachedBuild(repository),
    start: () => containerStart(),
    live: async () => {
      const { live, back } = await pushUntilLive(repository);
      returned = back;
      return live;
    },
    returned: async () => returned,
  });
  const { bare: push = 0, build = 0, start = 0, live = 0, returned: back = 0 } = medians;
  const floor = push + build + start;
  print(`Push of a one-line change, median of ${runs}`, [
    ['bare git push over the same sshd, empty hook', ms(push)],
    ['cached build through the API', ms(build)],
    ['container start until it answers', ms(start)],
    ['floor: the sum', ms(floor)],
    ['git push until the new version answers', ms(live)],
    ['git push until it returns', ms(back)],
    ['ratio to the floor', (live / floor).toFixed(2)],
  ]);
}

async function change(repository: string): Promise<string> {
  const text = randomId();
  await sandbox.commit(repository, { 'text.json': JSON.stringify({ text }) });
  return text;
}

async function pushUntilLive(repository: string): Promise<{ live: number; back: number }> {
  const text = await change(repository);
  const began = performance.now();
  const pushing = timed(() => sandbox.push(repository, 'shop'));
  while (!(await sandbox.get('shop')).body.startsWith(text)) await sleep(2);
  const live = performance.now() - began;
  return { live, back: await pushing };
}

interface BareRepository {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly remote: string;
}

/** A repository that is reached without our forced command and hook. */
async function bareRepository(): Promise<BareRepository> {
  const words = await bareKey(sandbox);
  const path = join(sandbox.root, 'bare.git');
  await exec('git', ['init', '-q', '--bare', path]);
  await exec('chown', ['-R', sandbox.user, path]);
  const folder = await sandbox.repository(helloApp('bare'));
  const remote = `ssh://${sandbox.user}@127.0.0.1:${sandbox.sshPort}${path}`;
  return { folder, remote, env: { ...sandbox.gitEnv, GIT_SSH_COMMAND: `ssh ${words.join(' ')}` } };
}

async function barePush({ folder, env, remote }: BareRepository): Promise<number> {
  await change(folder);
  return timed(() => exec('git', ['push', '-q', remote, 'main'], { cwd: folder, env }));
}

async function cachedBuild(repository: string): Promise<number> {
  await change(repository);
  const dockerfile = { path: 'Dockerfile', text: await readFile(join(repository, 'Dockerfile'), 'utf8') };
  const body = await contextTar(repository, { dockerfile });
  const labels = JSON.stringify({ 'slipway.instance': sandbox.instance });
  const query = { version: '2', t: `slipway/${sandbox.instance}/bench:1`, labels };
  return timed(() =>
    docker.jsonLines('POST', '/build', {
      query,
      body,
      headers: { 'Content-Type': 'application/x-tar' },
      onValue: () => {},
    }),
  );
}

async function containerStart(): Promise<number> {
  const name = `slipway-${sandbox.instance}-bench`;
  const body = {
    Image: (await instanceTraces(sandbox.instance)).images[0],
    Env: ['PORT=5000'],
    Labels: { 'slipway.instance': sandbox.instance },
    HostConfig: { Init: true },
  };
  const took = await timed(async () => {
    await docker.json('POST', '/containers/create', { query: { name }, body });
    await docker.json('POST', `/containers/${name}/start`);
    const found = (await docker.json('GET', `/containers/${name}/json`)) as {
      NetworkSettings: { IPAddress: string };
    };
    const url = `http://${found.NetworkSettings.IPAddress}:5000/`;
    while (
      !(await fetch(url).then(
        (answer) => answer.text(),
        () => undefined,
      ))
    )
      await sleep(2);
  });
  await docker.json('DELETE', `/containers/${name}`, { query: { force: true } });
  return took;
}
