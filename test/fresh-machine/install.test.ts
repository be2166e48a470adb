import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventuallyOn, freshMachine, installOn, type Machine } from './machine.ts';

/* One machine through its life: the tests stand in the order in which they must run. */

let machine: Machine;
let untouched = '';

before(async () => {
  machine = await freshMachine('none');
});

after(async () => {
  await machine?.remove();
});

const install = (...options: string[]) => installOn(machine, ...options);
const eventually = (script: string) => eventuallyOn(machine, script);

/** What of Slipway is on the machine: files by name, users, processes, listening ports, objects of Docker. */
const traces = [
  "find / -xdev \\( -path /proc -o -path /root/slipway -o -path /checkout -o -path /var/lib/docker \\) -prune -o -iname '*slipway*' -print",
  "getent passwd | cut -d: -f1 | grep -E 'slipway|dokku'",
  "ps -eo args | grep -E 'slipway|haproxy|dockerd|sshd' | grep -v grep",
  'ls /usr/sbin/policy-rc.d 2>/dev/null',
  'true',
].join('; ');

const demo = `curl -fsS --max-time 10 --resolve hello.localhost:80:127.0.0.1 http://hello.localhost/`;
const whatRuns =
  'ps -eo pid,args | grep -E "slipwayd|haproxy|dockerd|sshd" | grep -v -e grep -e supervise -e session | sort';

test('on a machine with nothing but Debian, one command ends with the answer of the demo app', async () => {
  untouched = await machine.sh(traces);
  const printed = await install('--demo');
  assert.match(printed, /Hello from Slipway/);
  assert.match(await machine.sh(demo), /Hello from Slipway/);
  assert.match(await machine.sh('slipway builds:output hello'), /Building as node: package\.json found/);
});

test('nothing but the three doors listens to the outside', async () => {
  const ports = await machine.sh(
    "ss -ltnH | awk '{ print $4 }' | grep -v -e '^127\\.' -e '^\\[::1\\]' | sed 's/.*://' | sort -nu | xargs",
  );
  assert.match(ports, /^22 80( 443)?$/);
});

test('a second run changes nothing, and restarts nothing', async () => {
  const before = await machine.sh(`readlink /usr/local/lib/slipway; ${whatRuns}`);
  const printed = await install();
  assert.equal(await machine.sh(`readlink /usr/local/lib/slipway; ${whatRuns}`), before);
  assert.doesNotMatch(printed, /version [0-9a-f]{12}/);
  assert.match(await machine.sh(demo), /Hello from Slipway/);
});

test('the app runs on while slipwayd is killed, and slipwayd comes back', async () => {
  await machine.sh("pkill -KILL -f '^/usr/local/lib/slipway/node'");
  assert.match(await machine.sh(demo), /Hello from Slipway/);
  await eventually('slipway version');
});

const asUser = (user: string, words: string) =>
  `ssh -i /root/laptop -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new ${user}@127.0.0.1 ${words}`;

test('the checkout is not needed any more, and a key of a laptop opens the door', async () => {
  await machine.sh('mv /root/slipway /root/away');
  try {
    await machine.sh(
      'ssh-keygen -q -t ed25519 -N "" -f /root/laptop && slipway ssh-keys:add laptop < /root/laptop.pub',
    );
    assert.match(await machine.sh(asUser('slipway', 'apps:list')), /^hello$/m);
  } finally {
    await machine.sh('mv /root/away /root/slipway');
  }
});

test('--dokku-alias adds the command and the user dokku', async () => {
  await install('--dokku-alias');
  assert.match(await machine.sh('dokku apps:list'), /^hello$/m);
  assert.match(await machine.sh(asUser('dokku', 'apps:list')), /^hello$/m);
});

test('--uninstall keeps the data, and an installation after it brings the apps back', async () => {
  await install('--uninstall');
  assert.equal(
    await machine.sh('command -v slipway dokku; ls /etc/ssh/sshd_config.d/slipway.conf 2>/dev/null; true'),
    '',
  );
  assert.notEqual(await machine.sh('ls /var/lib/slipway/repos'), '');
  await install();
  assert.match(await eventually(demo), /Hello from Slipway/);
});

test('a port that another program has is named with that program and the fix', async () => {
  await install('--uninstall');
  await machine.sh(
    'cd /root/slipway && (setsid node_modules/.bin/node -e \'require("net").createServer().listen(80)\' >/dev/null 2>&1 & echo $! > /root/thief)',
  );
  await eventually("ss -ltnH 'sport = :80' | grep -q .");
  const { code, stderr } = await machine.try('cd /root/slipway && ./install.sh');
  await machine.sh('kill $(cat /root/thief) && rm /root/thief');
  assert.equal(code, 1);
  assert.match(stderr, /Port 80 is taken by node/);
  assert.match(stderr, /--http-port PORT/);
});

test('--uninstall --purge leaves nothing', async () => {
  await install('--uninstall', '--purge');
  assert.equal(await machine.sh(traces), untouched);
  assert.equal(await machine.sh('ls /root/.ssh | grep -c slipway || true'), '0');
});
