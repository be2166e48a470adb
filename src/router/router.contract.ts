import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noneOpen } from '../model/drain.ts';
import type { Endpoint, RouteTable } from '../model/route.ts';
import { selfSigned } from './certificate.fixture.ts';
import type { Router } from './router.ts';

/** What a driver's test supplies. */
export interface Rig {
  readonly router: Router;
  /** Status of a request to the host, and its text: the id of the endpoint that answered, or a page. */
  answers(host: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Hosts of the certificate that a client which asks for this one is shown; null: the handshake is refused. */
  shown(host: string): Promise<string | null>;
  /** The text that a request by http finds at this path of a host; null: nothing, or what is no plain answer. */
  found(host: string, path: string): Promise<string | null>;
  /** A process that answers with its id. */
  endpoint(id: string): Promise<Endpoint>;
  /** Changes whenever anything was done to the proxy. */
  work(): Promise<string>;
  /** Another router for the same proxy, as after a restart of slipwayd; not started yet. */
  reopen(): Router;
  close(): Promise<void>;
}

const patient = {
  times: { request: 5000, stream: 5000, websocket: 5000 },
  signal: new AbortController().signal,
};

type At = () => Rig;

/** What every driver of Router must do. */
export function routerContract(driver: string, open: () => Promise<Rig>): void {
  describe(`router: ${driver}`, () => {
    let rig: Rig;
    const at = () => rig;
    before(async () => {
      rig = await open();
      await rig.router.start();
    });
    after(() => rig.close());

    routing(at);
    moving(at);
    wildcards(at);
    certificates(at);
    draining(at);
    refusing(at);
  });
}

async function expect(rig: Rig, host: string, wanted: { status: number; text: string }): Promise<void> {
  const { status, text } = await rig.answers(host);
  assert.equal(status, wanted.status, `${host}: ${text}`);
  assert.ok(text.includes(wanted.text), `${host}: ${text}`);
}

async function shop(rig: Rig, id = 'web.1.d1'): Promise<RouteTable> {
  return { routes: [{ app: 'shop', hosts: ['shop.test'], endpoints: [await rig.endpoint(id)] }] };
}

function routing(at: At): void {
  test('what it serves can be asked', async () => {
    await at().router.apply(await shop(at()));
    const { running, pids, served } = await at().router.facts();
    assert.equal(running, true);
    assert.ok(pids.length > 0);
    assert.deepEqual(served, [{ app: 'shop', hosts: ['shop.test'], endpoints: 1 }]);
  });

  test('a host that no app has is not found', async () => {
    await at().router.apply({ routes: [] });
    await expect(at(), 'nobody.test', { status: 404, text: '' });
  });

  test('an app answers under each of its hosts, in any case and with a port', async () => {
    const endpoints = [await at().endpoint('web.1.d1')];
    await at().router.apply({ routes: [{ app: 'shop', hosts: ['shop.test', 'www.shop.test'], endpoints }] });
    for (const host of ['shop.test', 'www.shop.test', 'SHOP.test', 'shop.test:8080']) {
      await expect(at(), host, { status: 200, text: 'web.1.d1' });
    }
    await expect(at(), 'other.test', { status: 404, text: '' });
  });

  test('two apps do not see each other, and one changes without the other', async () => {
    const blog = { app: 'blog', hosts: ['blog.test'], endpoints: [await at().endpoint('web.1.d2')] };
    await at().router.apply({ routes: [...(await shop(at())).routes, blog] });
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d1' });
    await expect(at(), 'blog.test', { status: 200, text: 'web.1.d2' });
    await at().router.apply({ routes: [...(await shop(at(), 'web.1.d3')).routes, blog] });
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d3' });
    await expect(at(), 'blog.test', { status: 200, text: 'web.1.d2' });
  });

  test('it says what it is', async () => {
    const { name, version, running } = await at().router.describe();
    assert.ok(name !== '' && version !== '');
    assert.equal(running, true);
  });
}

function certificates(at: At): void {
  test('each host is shown its own certificate, one that has none is refused, and one that is gone is not shown', async () => {
    const shopPem = await selfSigned(['shop.test']);
    const wildPem = await selfSigned(['*.apps.test']);
    const { routes } = await shop(at());
    const options = { minVersion: '1.2', http2: true } as const;
    const forShop = { hosts: ['shop.test'], pem: shopPem, ...options };
    const forApps = { hosts: ['*.apps.test'], pem: wildPem, ...options };
    await at().router.apply({ routes, certificates: [forShop, forApps] });
    assert.equal(await at().shown('shop.test'), 'DNS:shop.test');
    assert.equal(await at().shown('blog.apps.test'), 'DNS:*.apps.test');
    assert.equal(await at().shown('a.blog.apps.test'), null);
    assert.equal(await at().shown('other.test'), null);
    await at().router.apply({ routes, certificates: [forApps] });
    assert.equal(await at().shown('shop.test'), null);
    assert.equal(await at().shown('blog.apps.test'), 'DNS:*.apps.test');
    await at().router.apply({ routes });
    assert.equal(await at().shown('blog.apps.test'), null);
  });

  test('a proof is found under every host, only as long as it is there', async () => {
    const { routes } = await shop(at());
    const path = '/.well-known/acme-challenge/tokenA_1-x';
    await at().router.apply({ routes, proofs: [{ token: 'tokenA_1-x', answer: 'tokenA_1-x.print' }] });
    assert.equal(await at().found('shop.test', path), 'tokenA_1-x.print');
    assert.equal(await at().found('nobody.test', path), 'tokenA_1-x.print');
    await at().router.apply({ routes });
    assert.notEqual(await at().found('shop.test', path), 'tokenA_1-x.print');
    assert.equal(await at().found('nobody.test', path), null);
  });
}

function moving(at: At): void {
  test('endpoints that left can come back while they are not drained yet', async () => {
    await at().router.apply(await shop(at(), 'web.1.d4'));
    await at().router.apply(await shop(at(), 'web.1.d5'));
    await at().router.apply(await shop(at(), 'web.1.d4'));
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d4' });
    await at().router.drain('shop', ['web.1.d5'], patient);
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d4' });
  });

  test('an endpoint that came back at another address is asked there', async () => {
    const stays = { app: 'shop', hosts: ['shop.test'] };
    const moved = { ...(await at().endpoint('web.1.d7')), id: 'web.1.d6' };
    await at().router.apply({ routes: [{ ...stays, endpoints: [await at().endpoint('web.1.d6')] }] });
    await at().router.apply({ routes: [{ ...stays, endpoints: [moved] }] });
    assert.equal((await at().answers('shop.test')).status, 200);
    assert.deepEqual((await at().router.drain('shop', ['web.1.d6'], patient)).closed, noneOpen);
    assert.equal((await at().answers('shop.test')).status, 200);
  });

  test('an app without endpoints answers 503 with a page that names it', async () => {
    await at().router.apply({ routes: [{ app: 'my-shop.eu', hosts: ['shop.test'], endpoints: [] }] });
    await expect(at(), 'shop.test', { status: 503, text: 'my-shop.eu' });
  });

  test('a host moves from one app to another', async () => {
    await at().router.apply({
      routes: [...(await shop(at())).routes, { app: 'blog', hosts: [], endpoints: [] }],
    });
    const endpoints = [await at().endpoint('web.1.d2')];
    await at().router.apply({ routes: [{ app: 'blog', hosts: ['shop.test'], endpoints }] });
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d2' });
  });
}

function wildcards(at: At): void {
  test('a wildcard takes all names below it, a longer one before a shorter one, an exact host before both', async () => {
    const route = async (app: string, host: string, id: string) => ({
      app,
      hosts: [host],
      endpoints: [await at().endpoint(id)],
    });
    await at().router.apply({
      routes: [
        await route('short', '*.wild.test', 'web.1.d11'),
        await route('long', '*.eu.wild.test', 'web.1.d12'),
        await route('exact', 'one.eu.wild.test', 'web.1.d13'),
      ],
    });
    await expect(at(), 'a.wild.test', { status: 200, text: 'web.1.d11' });
    await expect(at(), 'a.b.c.wild.test', { status: 200, text: 'web.1.d11' });
    await expect(at(), 'a.eu.wild.test', { status: 200, text: 'web.1.d12' });
    await expect(at(), 'a.b.eu.wild.test', { status: 200, text: 'web.1.d12' });
    await expect(at(), 'one.eu.wild.test', { status: 200, text: 'web.1.d13' });
    await expect(at(), 'eu.wild.test', { status: 200, text: 'web.1.d11' });
    await expect(at(), 'wild.test', { status: 404, text: '' });
    await expect(at(), 'notwild.test', { status: 404, text: '' });
  });
}

function draining(at: At): void {
  test('the same table twice is no work, also for another router on the same proxy', async () => {
    const table = await shop(at());
    const ids = Array.from({ length: 20 }, (_, deploy) => `web.1.d${deploy}`);
    await at().router.apply(table);
    for (const app of ['shop', 'blog', 'short', 'long', 'exact']) {
      await at().router.drain(app, ids, patient);
    }
    await at().router.apply(table);
    const before = await at().work();
    await at().router.apply(table);
    const other = at().reopen();
    await other.start();
    await other.apply(table);
    assert.equal(await at().work(), before);
    await expect(at(), 'shop.test', { status: 200, text: 'web.1.d1' });
  });

  test('what is gone already, or never was, is drained at once', async () => {
    for (const [app, id] of [
      ['shop', 'web.9.d99'],
      ['nobody', 'web.1.d1'],
    ] as const) {
      const { finished, closed, times } = await at().router.drain(app, [id], patient);
      assert.deepEqual(
        { finished, closed, times },
        { finished: noneOpen, closed: noneOpen, times: patient.times },
      );
    }
  });

  test('an app without routes was answered nothing', async () => {
    const { answered, failed } = await at().router.requests('nobody');
    assert.deepEqual([answered, failed], [0, 0]);
  });

  test('an aborted drain throws the reason', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(at().router.drain('shop', ['web.1.d1'], { ...patient, signal }), /stopped/);
  });
}

function refusing(at: At): void {
  const good = { app: 'shop', hosts: ['shop.test'], endpoints: [] };
  const badEndpoint = (change: Partial<Endpoint>) => ({
    ...good,
    endpoints: [{ id: 'web.1.d1', address: '127.0.0.1', port: 3000, ...change }],
  });
  const hostile = {
    'a newline in a host': { ...good, hosts: ['shop.test\nvictim.test pool1'] },
    'a command in a host': { ...good, hosts: ['x.test pool1; set server pool1/s1 state maint'] },
    'a variable in an app': { ...good, app: '%[env(SECRET)]' },
    'HTML in an app': { ...good, app: '<b>' },
    'a slash in an id': badEndpoint({ id: 'pool2/web.1.d1' }),
    'a colon in an id': badEndpoint({ id: 'web.1:d1' }),
    'a name for an address': badEndpoint({ address: 'localhost' }),
    'an option in an address': badEndpoint({ address: '127.0.0.1 check' }),
    'a port that is none': badEndpoint({ port: 70000 }),
  };
  for (const [what, route] of Object.entries(hostile)) {
    test(`${what} is refused, and the routes stay`, async () => {
      const table = await shop(at());
      await at().router.apply(table);
      const before = await at().work();
      await assert.rejects(at().router.apply({ routes: [route] }));
      assert.equal(await at().work(), before);
      await expect(at(), 'shop.test', { status: 200, text: 'web.1.d1' });
    });
  }

  test('a host of two apps is refused', async () => {
    const routes = [good, { ...good, app: 'blog' }];
    await assert.rejects(at().router.apply({ routes }), /twice/);
  });
}
