import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { retryUntil } from '../../src/base/retry.ts';
import { freshMachine, type Machine } from './machine.ts';

/* One machine through its life: the tests stand in the order in which they must run. */

let machine: Machine;
let untouched = '';

before(async () => {
  machine = await freshMachine();
});

after(async () => {
  await machine?.remove();
});

/** Runs install.sh and gives all that it printed; fails with it. */
async function install(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await machine.try(`cd /root/slipway && ./install.sh ${options.join(' ')}`);
  assert.equal(code, 0, `install.sh ${options.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** What a script prints when it succeeds at last. */
async function eventually(script: string): Promise<string> {
  const attempt = async () => {
    const { code, stdout } = await machine.try(script);
    return code === 0 ? stdout : undefined;
  };
  const printed = await retryUntil(attempt, { firstPause: 100, maxPause: 1000, timeout: 30_000 });
  assert.ok(printed !== undefined, `never succeeded: ${script}`);
  return printed;
}

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
});

test('nothing but the three doors listens to the outside', async () => {
  const ports = await machine.sh(
    "ss -ltnH | awk '{ print $4 }' | grep -v -e '^127\\.' -e '^\\[::1\\]' | sed 's/.*://' | sort -nu | xargs",
  );
  assert.equal(ports, '22 80 443');
});

test('a second run changes nothing, and restarts nothing', async () => {
  const before = await machine.sh(`readlink /usr/local/lib/slipway; ${whatRuns}`);
  const printed = await install();
  assert.equal(await machine.sh(`readlink /usr/local/lib/slipway; ${whatRuns}`), before);
  assert.doesNotMatch(printed, /version [0-9a-f]{12}/);
  assert.match(await machine.sh(demo), /Hello from Slipway/);
});

test('the app runs on while slipwayd is killed, and slipwayd comes back', async () => {
  await machine.sh('pkill -KILL -f slipwayd.mjs');
  assert.match(await machine.sh(demo), /Hello from Slipway/);
  await eventually('slipway version');
});

test('the checkout is not needed any more, and a key of a laptop opens the door', async () => {
  await machine.sh('mv /root/slipway /root/away');
  await machine.sh(
    'ssh-keygen -q -t ed25519 -N "" -f /root/laptop && slipway ssh-keys:add laptop < /root/laptop.pub',
  );
  const apps = await machine.sh(
    'ssh -i /root/laptop -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new slipway@127.0.0.1 apps:list',
  );
  assert.match(apps, /^hello$/m);
  await machine.sh('mv /root/away /root/slipway');
});

test('--dokku-alias adds the command and the user dokku', async () => {
  await install('--dokku-alias');
  assert.match(await machine.sh('dokku apps:list'), /^hello$/m);
  const apps = await machine.sh(
    'ssh -i /root/laptop -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new dokku@127.0.0.1 apps:list',
  );
  assert.match(apps, /^hello$/m);
});

test('--uninstall keeps the data, and an installation after it brings the apps back', async () => {
  await install('--uninstall');
  assert.equal(
    await machine.sh('command -v slipway dokku; ls /etc/ssh/sshd_config.d/slipway.conf 2>/dev/null; true'),
    '',
  );
  assert.notEqual(await machine.sh('ls /var/lib/slipway/repos'), '');
  await install();
  const answer = await eventually(demo);
  assert.match(answer, /Hello from Slipway/);
});

test('--uninstall --purge leaves nothing', async () => {
  await install('--uninstall', '--purge');
  assert.equal(await machine.sh(traces), untouched);
  assert.equal(await machine.sh('ls /root/.ssh | grep -c slipway || true'), '0');
});
