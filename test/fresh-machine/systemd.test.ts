import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventuallyOn, freshMachine, installOn, type Machine } from './machine.ts';

/* The same as install.test.ts where systemd runs, as far as it differs. The tests stand in their order. */

let machine: Machine;

before(async () => {
  machine = await freshMachine('systemd');
  await eventuallyOn(machine, 'systemctl is-system-running');
});

after(async () => {
  await machine?.remove();
});

const demo = 'curl -fsS --max-time 10 --resolve hello.localhost:80:127.0.0.1 http://hello.localhost/';
const mainPid = (unit: string) => machine.sh(`systemctl show --property=MainPID --value ${unit}`);

test('with systemd, slipwayd and the router are units, and the demo app answers', async () => {
  assert.match(await installOn(machine, '--demo'), /Hello from Slipway/);
  const states = await machine.sh('systemctl is-active docker ssh slipwayd slipway-router');
  assert.equal(states, 'active\nactive\nactive\nactive');
  assert.equal((await machine.try('systemctl is-enabled haproxy')).stdout.trim(), 'disabled');
});

test('a second run restarts no unit', async () => {
  const pids = () => Promise.all(['docker', 'ssh', 'slipwayd', 'slipway-router'].map(mainPid));
  const before = await pids();
  await installOn(machine);
  assert.deepEqual(await pids(), before);
});

test('a router that is killed is back at once, with its routes, while slipwayd is stopped', async () => {
  await machine.sh('systemctl stop slipwayd');
  await machine.sh(`kill -KILL ${await mainPid('slipway-router')}`);
  assert.match(await eventuallyOn(machine, demo), /Hello from Slipway/);
  await machine.sh('systemctl start slipwayd');
  await eventuallyOn(machine, 'slipway version');
});

test('--uninstall --purge leaves no unit, no file and no user, and Docker running', async () => {
  await installOn(machine, '--uninstall', '--purge');
  assert.equal(
    await machine.sh("systemctl list-unit-files --no-legend 'slipway*'; systemctl --failed --no-legend"),
    '',
  );
  assert.equal(
    await machine.sh(
      'ls -d /var/lib/slipway /usr/local/lib/slipway* 2>/dev/null; getent passwd slipway; true',
    ),
    '',
  );
  assert.equal(
    await machine.sh("docker ps -aq; docker images -q 'slipway/*/*'; systemctl is-active docker ssh"),
    'active\nactive',
  );
});
