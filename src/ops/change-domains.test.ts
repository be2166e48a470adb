import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, push, routeOf } from '../../test/machine/memory-calls.ts';
import { selfSignedPem } from '../../test/machine/sample-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

async function shop() {
  const deps = memoryDeps();
  await live(deps, 'shop');
  return deps;
}

type Change = 'add' | 'remove' | 'set';

const change = (deps: MemoryDeps, verb: Change, ...domains: string[]) =>
  call(deps, [`domains:${verb}`, { app: 'shop', domains }]);

const hostsOf = (deps: MemoryDeps, app = 'shop') => routeOf(deps, app)?.hosts ?? [];

describe('domains of an app', () => {
  it('are added and removed by releases that touch no process', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await change(deps, 'add', 'WWW.example.com.', '*.example.com');
    assert.deepEqual(hostsOf(deps), ['shop.localhost', 'www.example.com', '*.example.com']);
    await change(deps, 'remove', 'www.example.com');
    assert.deepEqual(hostsOf(deps), ['shop.localhost', '*.example.com']);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1');
    const descriptions = (await call(deps, ['releases', { app: 'shop' }])).map((item) => item.description);
    assert.deepEqual(descriptions.slice(0, 2), [
      'Remove www.example.com',
      'Add www.example.com, *.example.com',
    ]);
  });

  it('that are there already make no release, and one that is not there cannot be removed', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    assert.equal((await change(deps, 'add', 'shop.localhost')).changed, false);
    await failsWith('E_NOT_FOUND', change(deps, 'remove', 'www.example.com'));
    assert.equal(deps.store.apps.find('shop')?.current, 1);
  });

  it('are set in place of the default one, cleared, and reset', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await change(deps, 'set', 'a.example.com');
    assert.deepEqual(hostsOf(deps), ['a.example.com']);
    await call(deps, ['domains:clear', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), []);
    assert.deepEqual(await call(deps, ['url', { app: 'shop' }]), { url: null });
    await push(deps, ['shop', { ...hello, more: '' }]);
    assert.deepEqual(hostsOf(deps), []);
    await call(deps, ['domains:reset', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), ['shop.localhost']);
    assert.deepEqual(await call(deps, ['urls', { app: 'shop' }]), ['http://shop.localhost']);
  });

  it('without the default one stay without it until they are reset', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await change(deps, 'add', 'a.example.com');
    await change(deps, 'remove', 'shop.localhost');
    await change(deps, 'add', 'b.example.com');
    assert.deepEqual(hostsOf(deps), ['a.example.com', 'b.example.com']);
  });

  it('of another app are refused: own ones, its default one, and one that it still serves', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await live(deps, 'blog');
    await call(deps, ['domains:add', { app: 'blog', domains: ['blog.example.com'] }]);
    await call(deps, ['domains:set-global', { domains: ['example.org'] }]);
    for (const taken of ['blog.example.com', 'blog.example.org', 'blog.localhost']) {
      const { message } = await failsWith('E_DOMAIN_TAKEN', change(deps, 'add', taken));
      assert.equal(message, `${taken} belongs to another app`);
    }
    await call(deps, ['domains:clear', { app: 'blog' }]);
    await change(deps, 'add', 'blog.localhost', 'blog.example.com');
    assert.equal(deps.proxy.answer('blog.localhost').status, 200);
  });

  it('are free again when their app is stopped and has given them away', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await live(deps, 'blog');
    await call(deps, ['domains:add', { app: 'blog', domains: ['a.example.com'] }]);
    await call(deps, ['ps:stop', { app: 'blog' }]);
    await call(deps, ['domains:remove', { app: 'blog', domains: ['a.example.com'] }]);
    await change(deps, 'add', 'a.example.com');
    await call(deps, ['ps:start', { app: 'blog' }]);
    assert.deepEqual(hostsOf(deps, 'blog'), ['blog.localhost']);
  });

  it('that another app took before fail the first deploy, and say whose they are', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await change(deps, 'add', 'blog.localhost');
    await call(deps, ['apps:create', { app: 'blog' }]);
    await failsWith('E_DOMAIN_TAKEN', push(deps, ['blog', hello]));
    await change(deps, 'remove', 'blog.localhost');
    await push(deps, ['blog', hello]);
    assert.equal(deps.proxy.answer('blog.localhost').status, 200);
  });

  it('asked for by two apps at once go to one of them', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await live(deps, 'blog');
    const domains = ['www.example.com'];
    const ends = await Promise.allSettled([
      call(deps, ['domains:add', { app: 'shop', domains }]),
      call(deps, ['domains:add', { app: 'blog', domains }]),
    ]);
    const refused = ends.filter((end) => end.status === 'rejected');
    assert.deepEqual(
      refused.map(({ reason }) => reason.code),
      ['E_DOMAIN_TAKEN'],
    );
    assert.equal([...hostsOf(deps, 'shop'), ...hostsOf(deps, 'blog')].length, 3);
  });
});

describe('global domains', () => {
  it('give each app its own domain from its next release on', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const done = await call(deps, ['domains:set-global', { domains: ['example.org', 'example.net'] }]);
    assert.deepEqual(done, { domains: ['example.org', 'example.net'], changed: true });
    assert.deepEqual(hostsOf(deps), ['shop.localhost']);
    await call(deps, ['domains:reset', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), ['shop.example.org', 'shop.example.net']);
  });

  it('that are the same change nothing, the one of the settings too', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    assert.equal((await call(deps, ['domains:set-global', { domains: ['localhost'] }])).changed, false);
  });

  it('are reported alone with --global; without an app all apps are', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const all = await call(deps, ['domains:report', {}]);
    assert.deepEqual(
      all.map(({ app }) => app),
      ['shop'],
    );
    const [global] = await call(deps, ['domains:report', { global: true }]);
    assert.deepEqual(
      global?.rows.map(({ key, value }) => [key, value]),
      [
        ['domains-global-enabled', 'true'],
        ['domains-global-vhosts', 'localhost'],
      ],
    );
  });
});

describe('domains that are disabled', () => {
  it('lead nowhere, are kept, and come back with what was changed meanwhile', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await change(deps, 'add', 'a.example.com');
    assert.equal((await call(deps, ['domains:disable', { app: 'shop' }])).changed, true);
    assert.equal((await call(deps, ['domains:disable', { app: 'shop' }])).changed, false);
    assert.deepEqual(hostsOf(deps), []);
    await push(deps, ['shop', { ...hello, more: '' }]);
    assert.deepEqual(hostsOf(deps), []);
    await change(deps, 'add', 'b.example.com');
    assert.deepEqual(hostsOf(deps), []);
    const [part] = await call(deps, ['domains:report', { app: 'shop' }]);
    const values = part?.rows.slice(0, 4).map(({ value }) => value);
    assert.deepEqual(values, ['false', 'shop.localhost a.example.com b.example.com', '', '']);
    await call(deps, ['domains:enable', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), ['shop.localhost', 'a.example.com', 'b.example.com']);
  });

  it('are disabled and enabled too while the app is stopped', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await call(deps, ['ps:stop', { app: 'shop' }]);
    await call(deps, ['domains:disable', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), []);
    await call(deps, ['domains:enable', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), ['shop.localhost']);
    await call(deps, ['domains:disable', { app: 'shop' }]);
    await call(deps, ['ps:start', { app: 'shop' }]);
    assert.deepEqual(hostsOf(deps), []);
  });
});

describe('https of domains', () => {
  const told = async (deps: MemoryDeps, [name, input]: Parameters<typeof call>[1]) => {
    const lines: string[] = [];
    await call(deps, [name, input], { onLine: ({ text }) => void lines.push(text) });
    return lines.filter((text) => text.startsWith('https'));
  };

  it('is told to come once a domain is new and may have a certificate, and not again', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const domains = ['a.shop.dev', 'b.shop.dev', 'intranet'];
    assert.deepEqual(await told(deps, ['domains:add', { app: 'shop', domains }]), [
      'https comes by itself for a.shop.dev, b.shop.dev: slipway letsencrypt:list shop',
    ]);
    assert.deepEqual(await told(deps, ['ps:restart', { app: 'shop' }]), []);
    await call(deps, ['letsencrypt:disable', { app: 'shop' }]);
    assert.deepEqual(await told(deps, ['domains:add', { app: 'shop', domains: ['c.shop.dev'] }]), []);
  });

  it('is told by a first push too', async (t) => {
    const deps = memoryDeps({ settings: { globalDomain: 'apps.dev' } });
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const lines: string[] = [];
    await push(deps, ['shop', hello], { onLine: ({ text }) => void lines.push(text) });
    assert.equal(lines.at(-1), 'https comes by itself for shop.apps.dev: slipway letsencrypt:list shop');
  });

  it('is reported: where it is, and why not elsewhere', async (t) => {
    const deps = await shop();
    t.after(async () => {
      await deps.certificates.stop();
      deps.close();
    });
    await change(deps, 'add', 'shop.example.com', 'a.shop.dev', 'b.shop.dev');
    await call(deps, ['certs:add', { app: 'shop' }], { stdin: Readable.from([selfSignedPem]) });
    const report = async () => {
      const [part] = await call(deps, ['domains:report', { app: 'shop' }]);
      return part?.rows.slice(2, 4).map(({ key, value }) => `${key}: ${value}`);
    };
    assert.deepEqual(await report(), [
      'domains-app-https: shop.example.com',
      'domains-app-http-only: shop.localhost: the name is each machine itself; ' +
        'a.shop.dev: its certificate is on the way; b.shop.dev: its certificate is on the way',
    ]);
    await deps.certificates.look();
    await deps.settled();
    assert.deepEqual(await report(), [
      'domains-app-https: shop.example.com',
      'domains-app-http-only: shop.localhost: the name is each machine itself; ' +
        'a.shop.dev has no address yet; b.shop.dev has no address yet',
    ]);
  });
});

it('Global domains are added, removed and cleared; an app takes them with its next release', async (t) => {
  const deps = await shop();
  t.after(() => deps.close());
  const add = await call(deps, ['domains:add-global', { domains: ['example.com', 'localhost'] }]);
  assert.deepEqual(add, { domains: ['localhost', 'example.com'], changed: true });
  await failsWith('E_NOT_FOUND', call(deps, ['domains:remove-global', { domains: ['other.com'] }]));
  await call(deps, ['domains:remove-global', { domains: ['localhost'] }]);
  assert.deepEqual(hostsOf(deps), ['shop.localhost']);
  await call(deps, ['ps:restart', { app: 'shop' }]);
  assert.deepEqual(hostsOf(deps), ['shop.example.com']);
  assert.deepEqual((await call(deps, ['domains:clear-global', {}])).domains, []);
  assert.equal((await call(deps, ['domains:clear-global', {}])).changed, false);
  await call(deps, ['ps:restart', { app: 'shop' }]);
  assert.deepEqual(hostsOf(deps), []);
  await call(deps, ['apps:create', { app: 'blog' }]);
  assert.deepEqual(await call(deps, ['urls', { app: 'blog' }]), []);
});
