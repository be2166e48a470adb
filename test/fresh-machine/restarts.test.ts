import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec, type ExecResult } from '../../src/base/exec.ts';
import type { LoadResult } from '../machine/steady-load.ts';
import { eventuallyOn, freshMachine, installOn, type Machine } from './machine.ts';

/*
 * A machine of its own whose Docker, router and slipwayd are killed, upgraded and started in any order. The tests stand in
 * their order; after each one the app answers, has exactly one process, and takes a push, without a hand.
 */

let machine: Machine;
let texts = 0;
/** What the app answers with: the text of the last push that ended well. */
let live = '';

const demo = 'curl -fsS --max-time 5 --resolve hello.localhost:80:127.0.0.1 http://hello.localhost/';
const processes =
  "docker ps --all --filter label=slipway.app=hello --filter label=slipway.role=process --format '{{.Names}}'";
const node = '/root/slipway/node_modules/.bin/node';

/** systemd starts it only three times a minute, unless it is told to forget that. */
const restartDocker = 'systemctl reset-failed docker && systemctl restart docker';

before(async () => {
  machine = await freshMachine('systemd');
  await eventuallyOn(machine, 'systemctl is-system-running');
  await installOn(machine, '--demo');
  await machine.sh(
    [
      'cp -R /root/slipway/examples/hello-node /root/app && cd /root/app && git init -q -b main',
      'git config user.name t && git config user.email t@example.com && git add -A',
      'GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z git -c user.name=slipway -c user.email=slipway@localhost commit -q -m Hello',
      'git remote add slipway slipway@127.0.0.1:hello',
      'git config core.sshCommand "ssh -i /root/.ssh/slipway_ed25519 -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new"',
    ].join('\n'),
  );
});

after(async () => {
  await machine?.remove();
});

/** Commits a new text for the app to answer with; `start`: the command line of its web process. */
async function commit(start = 'node server.js'): Promise<string> {
  texts += 1;
  const text = `text-${texts}`;
  await machine.sh(
    `cd /root/app && sed -i 's/Hello from Slipway\\|text-[0-9]*/${text}/' server.js && printf 'web: %s\\n' '${start}' > Procfile && git commit -qam ${text}`,
  );
  return text;
}

const push = () => machine.try('cd /root/app && git push slipway main 2>&1');

/** Pushes, and runs a script as soon as the push has printed a text. */
async function pushAnd(printed: string, script: string): Promise<ExecResult> {
  await machine.sh('rm -f /root/push.log');
  const pushing = machine.try(
    'cd /root/app && git push slipway main > /root/push.log 2>&1; echo $?; cat /root/push.log',
  );
  await eventuallyOn(machine, `grep -q '${printed}' /root/push.log`);
  await machine.sh(script);
  return pushing;
}

async function assertAnswers(text: string): Promise<void> {
  await eventuallyOn(machine, `${demo} | grep -q ${text}`);
  await eventuallyOn(machine, `test "$(${processes} | wc -l)" = 1`);
  assert.match(await eventuallyOn(machine, 'slipway ps:report hello'), /web\.1/);
}

/** A push that ended well is what answers; one that did not has said why, and the release before answers. */
async function assertEnded(printed: string, text: string): Promise<void> {
  const isLive = printed.startsWith('0\n');
  assert.ok(isLive || /E_(ROUTER|DOCKER\w*|PROCESS_\w+): /.test(printed), printed);
  if (isLive) live = text;
  await assertAnswers(live);
}

async function assertPushWorks(): Promise<void> {
  const text = await commit();
  const { code, stdout } = await push();
  assert.equal(code, 0, stdout);
  live = text;
  await assertAnswers(live);
}

/** Plain requests, one after another on open connections, until `stopLoad`. */
async function startLoad(): Promise<void> {
  const script = [
    "import { SteadyLoad } from '/root/slipway/test/machine/steady-load.ts';",
    "const load = new SteadyLoad({ port: 80, host: 'hello.localhost', connections: 4, pause: 20 });",
    'const end = setInterval(() => {}, 1000);',
    "process.on('SIGTERM', () => load.stop().then((result) => { console.log(JSON.stringify(result)); clearInterval(end); }));",
  ].join('\n');
  await machine.sh(
    `cat > /root/load.mts <<'END'\n${script}\nEND\n(setsid ${node} /root/load.mts > /root/load.json 2>&1 & echo $! > /root/load.pid)`,
  );
}

async function stopLoad(): Promise<LoadResult> {
  await machine.sh('kill -TERM $(cat /root/load.pid)');
  return JSON.parse(await eventuallyOn(machine, 'grep answered /root/load.json')) as LoadResult;
}

test('no request fails while slipwayd is killed, and while install.sh puts another version in its place', async () => {
  await assertPushWorks();
  await startLoad();
  await machine.sh('systemctl kill --signal=KILL slipwayd');
  await eventuallyOn(machine, 'slipway version');
  await machine.sh("sed -i \"s/'0\\.1\\.0'/'0.1.1-test'/\" /root/slipway/src/ops/version.ts");
  await installOn(machine);
  assert.match(await machine.sh('slipway version'), /0\.1\.1-test/);
  await assertPushWorks();
  const { failures, answered } = await stopLoad();
  assert.deepEqual(failures, []);
  assert.ok(answered > 100);
});

test('HAProxy that is killed in the middle of a deploy is back, and the deploy goes on or says why not', async () => {
  for (const victim of [
    '$(cat /var/lib/slipway/router/haproxy.pid)',
    '$(pgrep -P $(cat /var/lib/slipway/router/haproxy.pid))',
  ]) {
    const text = await commit('sleep 3; node server.js');
    const { stdout } = await pushAnd('Starting web.1', `kill -KILL ${victim}`);
    await assertEnded(stdout, text);
  }
  await assertPushWorks();
});

test('Docker that is restarted in the middle of a deploy leaves it whole or nothing of it', async () => {
  for (const restart of [restartDocker, 'systemctl kill --signal=KILL docker']) {
    const text = await commit('sleep 5; node server.js');
    const { stdout } = await pushAnd('Starting web.1', restart);
    await assertEnded(stdout, text);
  }
  await assertPushWorks();
});

test('Docker that is restarted in the middle of work on a database leaves that as it was, and running', async () => {
  const rows = "echo 'SELECT count(*) FROM big;' | slipway postgres:connect db | grep -x ' *1000000'";
  await machine.sh('slipway postgres:create db');
  await machine.sh(
    "echo 'CREATE TABLE big AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 1000000) n;' | slipway postgres:connect db",
  );
  for (const work of ['postgres:backup-archive db', 'postgres:fork db copy']) {
    await machine.sh('rm -f /root/work.log');
    const working = machine.try(`slipway ${work} > /root/work.log 2>&1`);
    await eventuallyOn(machine, "grep -q 'Copying the files' /root/work.log");
    await machine.sh(restartDocker);
    assert.notEqual((await working).code, 0, await machine.sh('cat /root/work.log'));
    await eventuallyOn(machine, rows);
    await eventuallyOn(machine, 'test "$(slipway postgres:list | grep -c postgres:15)" = 1');
    await machine.sh('! slipway postgres:info db | grep Archive');
  }
  await machine.sh('slipway --force postgres:destroy --no-backup db');
});

test('Docker that is restarted while nothing happens brings the processes back where the routes lead', async () => {
  await machine.sh(restartDocker);
  await assertAnswers(live);
  await assertPushWorks();
});

const all = 'docker slipwayd slipway-router';

for (const order of [
  ['slipwayd', 'slipway-router', 'docker'],
  ['slipway-router', 'slipwayd', 'docker'],
  ['docker', 'slipwayd', 'slipway-router'],
  ['slipway-router', 'docker', 'slipwayd'],
]) {
  test(`started in the order ${order.join(', ')}, all is as before`, async () => {
    await machine.sh('systemctl mask --runtime docker.service docker.socket');
    await machine.sh(`systemctl kill --signal=KILL ${all}; systemctl stop docker.socket ${all}`);
    for (const unit of order) {
      if (unit === 'docker') await machine.sh('systemctl unmask --runtime docker.service docker.socket');
      await machine.sh(`systemctl start ${unit}`);
      await machine.sh('sleep 2');
    }
    await assertAnswers(live);
  });
}

test('a machine that lost its power comes back with its apps', async () => {
  await exec('docker', ['restart', '--time', '0', machine.name]);
  await assertAnswers(live);
  await assertPushWorks();
});
