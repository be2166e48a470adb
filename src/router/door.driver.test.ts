import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../test/machine/free-ports.ts';
import type { RouteTable, ServedDoor } from '../model/route.ts';
import { routerIn, withRig, type HaproxyRig } from './router-rig.fixture.ts';

/** A server that says its name, and then what it is told. */
async function talker(name: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(name);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function doorTo(server: Server, port: number): ServedDoor {
  const to = { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return { service: 'postgres:db', address: '127.0.0.1', port, to };
}

/** The first that comes through the port; null where nobody listens, or hangs up. */
async function heard(port: number): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [data] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [null])]);
    return data === null ? null : String(data);
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

async function shop(rig: HaproxyRig): Promise<RouteTable> {
  return { routes: [await rig.route('shop', ['web.1.d1'])] };
}

test('a door leads to its service, beside the routes of apps, until it is closed', () =>
  withRig(async (rig) => {
    await rig.router.start();
    const [one, other, port] = [await talker('one'), await talker('other'), await freePort()];
    try {
      const table = await shop(rig);
      await rig.router.apply({ ...table, doors: [doorTo(one, port)] });
      assert.equal(await heard(port), 'one');
      const open = connect(port, '127.0.0.1');
      await once(open, 'data');
      await rig.router.apply({ ...table, doors: [doorTo(other, port)] });
      assert.equal(await heard(port), 'other');
      open.write('still there');
      assert.equal(String((await once(open, 'data'))[0]), 'still there', 'what is open goes on');
      open.destroy();
      await rig.router.apply(table);
      assert.equal(await heard(port), null);
    } finally {
      for (const server of [one, other]) server.close();
    }
  }));

test('it is there after a restart of slipwayd, without a reload, and a taken port changes nothing', () =>
  withRig(async (rig) => {
    await rig.router.start();
    const [one, taken, port] = [await talker('one'), await talker('taken'), await freePort()];
    try {
      const table = { ...(await shop(rig)), doors: [doorTo(one, port)] };
      await rig.router.apply(table);
      const worker = async () => (await rig.router.facts()).pids[0];
      const before = await worker();
      const again = routerIn(rig.folder, rig);
      await again.start();
      await again.apply(table);
      assert.equal(await worker(), before);
      const second = { ...doorTo(one, (taken.address() as AddressInfo).port), service: 'redis:cache' };
      await assert.rejects(again.apply({ ...table, doors: [...table.doors, second] }), {
        code: 'E_PORT_TAKEN',
      });
      assert.equal(await worker(), before);
      assert.equal(await heard(port), 'one');
    } finally {
      for (const server of [one, taken]) server.close();
    }
  }));
