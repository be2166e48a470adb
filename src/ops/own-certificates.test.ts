import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { call, failsWith, hello, push, tarOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';
import { selfSignedPem } from '../../test/machine/sample-calls.ts';

const [certificate = '', key = ''] = selfSignedPem.split(/(?=-----BEGIN PRIVATE KEY)/);

/** An app at shop.localhost and shop.example.com; the certificate is for the latter. */
async function shop(): Promise<MemoryDeps> {
  const deps = memoryDeps();
  await call(deps, ['apps:create', { app: 'shop' }]);
  await push(deps, ['shop', hello]);
  await call(deps, ['domains:add', { app: 'shop', domains: ['shop.example.com'] }]);
  return deps;
}

const give = (deps: MemoryDeps, text: string, app = 'shop') =>
  call(deps, ['certs:add', { app }], { stdin: Readable.from([text]) });

const shown = (deps: MemoryDeps, host = 'shop.example.com') => deps.proxy.certificateFor(host)?.pem.reveal();

const value = async (deps: MemoryDeps, label: string) => {
  const [report] = await call(deps, ['certs:report', { app: 'shop' }]);
  return report?.rows.find((row) => row.label === label)?.value;
};

describe('a certificate that an app is given', () => {
  it('is served for the domains that it names, without a release, and tells which it does not', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const releases = deps.store.apps.find('shop')?.current;
    const kept = await give(deps, selfSignedPem);
    assert.deepEqual(
      [kept.names, kept.uncovered, kept.changed],
      [['shop.example.com'], ['shop.localhost'], true],
    );
    assert.match(kept.warnings.join(), /self-signed/);
    assert.ok(shown(deps)?.includes(key));
    assert.equal(shown(deps, 'shop.localhost'), undefined);
    assert.equal(deps.store.apps.find('shop')?.current, releases);
    assert.equal(await value(deps, 'Ssl hostnames'), 'shop.example.com');
    assert.equal(await value(deps, 'Ssl without certificate'), 'shop.localhost');
    assert.equal((await give(deps, key + certificate)).changed, false);
  });

  it('comes in a tar too, and is shown with its key only where that is asked for', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await call(deps, ['certs:add', { app: 'shop' }], {
      stdin: tarOf({ 'server.crt': certificate, 'server.key': key, README: 'hello' }),
    });
    const show = async (part: string | null) => (await call(deps, ['certs:show', { app: 'shop', part }])).pem;
    assert.equal(new X509Certificate(await show(null)).subject, 'CN=shop.example.com');
    assert.ok(!(await show('crt')).includes('PRIVATE KEY'));
    assert.ok((await show('key')).startsWith('-----BEGIN PRIVATE KEY'));
    assert.ok((await show('both')).includes('PRIVATE KEY'));
  });

  it('is replaced by another one, and gone once it is removed', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await give(deps, selfSignedPem);
    const made = await call(deps, ['certs:generate', { app: 'shop', domain: 'shop.localhost' }]);
    assert.match(made.request, /BEGIN CERTIFICATE REQUEST/);
    assert.equal(shown(deps), undefined);
    assert.ok(shown(deps, 'shop.localhost'));
    assert.equal(deps.store.certificates.all().length, 1);
    assert.equal((await call(deps, ['certs:remove', { app: 'shop' }])).changed, true);
    assert.equal(shown(deps, 'shop.localhost'), undefined);
    assert.equal((await call(deps, ['certs:remove', { app: 'shop' }])).changed, false);
    await failsWith('E_NOT_FOUND', call(deps, ['certs:show', { app: 'shop' }]));
  });

  it('that cannot be served changes nothing', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await give(deps, selfSignedPem);
    const before = shown(deps);
    for (const text of ['', certificate, key, 'x'.repeat(100)])
      await failsWith('E_CERTIFICATE', give(deps, text));
    await failsWith('E_INPUT', give(deps, 'x'.repeat(2 * 1024 * 1024)));
    await failsWith('E_INPUT', call(deps, ['certs:add', { app: 'shop' }]));
    deps.proxy.refusal = new Error('no');
    await assert.rejects(call(deps, ['certs:generate', { app: 'shop', domain: 'shop.localhost' }]), /no/);
    assert.equal(shown(deps), before);
    assert.equal(deps.store.certificates.all().length, 1);
    assert.equal(await value(deps, 'Ssl hostnames'), 'shop.example.com');
  });

  it('is not shown for another app, and goes on when the app is renamed, and goes with it', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await give(deps, selfSignedPem);
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    assert.ok(shown(deps));
    await call(deps, ['certs:add', { app: 'store' }], { stdin: Readable.from([selfSignedPem]) });
    await call(deps, ['apps:destroy', { app: 'store' }]);
    assert.equal(deps.store.certificates.all().length, 0);
    await call(deps, ['apps:create', { app: 'blog' }]);
    await push(deps, ['blog', hello]);
    await call(deps, ['domains:add', { app: 'blog', domains: ['shop.example.com'] }]);
    assert.equal(shown(deps), undefined);
  });
});

describe('router:set', () => {
  const https = (deps: MemoryDeps) => deps.proxy.table.routes.find(({ app }) => app === 'shop')?.https;
  const set = (deps: MemoryDeps, [property, to]: readonly [string, string], app: string | null = 'shop') =>
    call(deps, ['router:set', { app, property, value: to }]);

  it('holds at once, for the app before that for all, and for one that is renamed', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const standard = { maxAge: 15_724_800, subdomains: false, preload: false };
    assert.deepEqual(https(deps), { redirect: true, hsts: standard });
    await set(deps, ['hsts-max-age', '60'], null);
    await set(deps, ['hsts-include-subdomains', 'true']);
    assert.deepEqual(https(deps)?.hsts, { maxAge: 60, subdomains: true, preload: false });
    await set(deps, ['https-redirect', 'false']);
    await set(deps, ['hsts', 'false']);
    assert.deepEqual(https(deps), { redirect: false, hsts: null });
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    assert.deepEqual(deps.proxy.table.routes[0]?.https, { redirect: false, hsts: null });
  });

  it('of a new app that has the name of an old one, it is as new', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await set(deps, ['https-redirect', 'false']);
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    await call(deps, ['apps:create', { app: 'shop' }]);
    await push(deps, ['shop', hello]);
    assert.equal(https(deps)?.redirect, true);
  });

  it('sets the version of TLS for all, and refuses what is no value', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await give(deps, selfSignedPem);
    await set(deps, ['tls-min-version', '1.3'], null);
    await set(deps, ['http2', 'false'], null);
    const [only] = deps.proxy.table.certificates ?? [];
    assert.deepEqual([only?.minVersion, only?.http2], ['1.3', false]);
    await failsWith('E_INPUT', set(deps, ['tls-min-version', '1.1'], null));
    await failsWith('E_INPUT', set(deps, ['tls-min-version', '1.3']));
    await failsWith('E_INPUT', set(deps, ['hsts-max-age', 'x']));
  });
});
