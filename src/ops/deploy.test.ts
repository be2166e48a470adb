import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  call,
  failsWith,
  hello,
  live,
  processesOf,
  push,
  routeOf,
  servingOf,
  tarOf,
} from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import type { Line } from '../model/line.ts';
import type { Drained } from '../model/drain.ts';
import { MemoryRouter } from '../router/memory.ts';

const changed = { ...hello, 'index.html': 'two' };

describe('a push', () => {
  it('makes v1 current and routes its domain to its process', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const done = await push(deps, ['shop', hello]);
    assert.deepEqual(done, { release: 1, replaced: null, urls: ['http://shop.localhost'], changed: true });
    assert.equal(deps.store.apps.find('shop')?.current, 1);
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 200, app: 'shop', endpoint: 'web.1.d1' });
    const [endpoint] = routeOf(deps, 'shop')?.endpoints ?? [];
    assert.equal(endpoint?.port, 3000);
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.equal(deploy?.state, 'succeeded');
    assert.deepEqual(
      deploy.steps.map((step) => step.name),
      ['receive', 'build', 'start', 'healthy', 'switch'],
    );
  });

  it('has succeeded once it is live, even if nobody can be told', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const onLine = ({ text }: Line) => {
      if (text.includes('is live')) throw new Error('the reader is gone');
    };
    await assert.rejects(push(deps, ['shop', hello], { onLine }), /the reader is gone/);
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.state, servingOf(deps, 'shop')], ['succeeded', 'web.1.d1']);
  });

  it('keeps the first branch that is pushed as the one that deploys', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    assert.equal(deps.store.apps.find('shop')?.deployBranch, 'main');
  });

  it('leaves the release before serving until the switch, and takes its process away afterwards', async (t) => {
    const served: string[] = [];
    const deps = memoryDeps({
      behave: () => {
        served.push(servingOf(deps, 'shop'));
        return {};
      },
    });
    t.after(() => deps.close());
    await live(deps, 'shop');
    const done = await push(deps, ['shop', changed]);
    assert.deepEqual(served, ['', 'web.1.d1']);
    assert.deepEqual([done.release, done.replaced], [2, 1]);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d2');
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d2');
  });

  it('starts processes anew for the same source, since the commit is told to them', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const again = await push(deps, ['shop', changed]);
    assert.equal(again.release, 2);
    const [image] = [...deps.images.tags.keys()].slice(-1);
    assert.equal(image, deps.names.image('shop', 2));
  });

  it('runs the release entry once in the new image, before anything starts, and not for other changes', async (t) => {
    const ran: string[] = [];
    const deps = memoryDeps({
      behave: (spec) => {
        ran.push('purpose' in spec ? spec.purpose : spec.type);
        return {};
      },
    });
    t.after(() => deps.close());
    await live(deps, 'shop', { ...hello, Procfile: 'release: migrate\nweb: serve' });
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    assert.deepEqual(ran, ['release', 'web', 'web']);
  });

  it('keeps what it printed, and tells it again', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const { lines } = await call(deps, ['releases:output', { app: 'shop', release: 'v1' }]);
    const texts = lines.map((line) => line.text);
    assert.ok(texts.includes('EXPOSE 3000'), texts.join('\n'));
    assert.ok(texts.includes('Release v1 of shop is live'), texts.join('\n'));
    assert.deepEqual(await call(deps, ['deploys:output', { app: 'shop', id: 1 }]), { lines });
    await failsWith('E_NOT_FOUND', call(deps, ['deploys:output', { app: 'shop', id: 2 }]));
  });

  it('takes the declared environment of app.json, and generated secrets stay over deploys', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    const appJson = JSON.stringify({ env: { KEY: { generator: 'secret' }, MODE: 'fast' } });
    await live(deps, 'shop', { ...hello, 'app.json': appJson });
    const first = await call(deps, ['config:show', { app: 'shop' }]);
    assert.equal(first['MODE'], 'fast');
    assert.match(first['KEY'] ?? '', /^[0-9a-f]{64}$/);
    await push(deps, ['shop', { ...changed, 'app.json': appJson }]);
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), first);
  });

  it('does not count on a process that the deploy before is still taking away', async (t) => {
    const { promise: drained, resolve: endDrain } = Promise.withResolvers<void>();
    class BusyRouter extends MemoryRouter {
      override async drain(...given: Parameters<MemoryRouter['drain']>): Promise<Drained> {
        await drained;
        return super.drain(...given);
      }
    }
    const deps = memoryDeps({ router: (proxy) => new BusyRouter(proxy) });
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await push(deps, ['shop', hello]);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await call(deps, ['config:unset', { app: 'shop', keys: ['A'] }]);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
    endDrain();
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3');
  });
});

describe('other sources', () => {
  it('an image is deployed as web with its own command', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await call(deps, ['git:from-image', { app: 'shop', image: 'nginx:1' }]);
    assert.equal(routeOf(deps, 'shop')?.endpoints[0]?.port, 80);
    const info = await call(deps, ['releases:info', { app: 'shop', release: 1 }]);
    assert.deepEqual(info.processes, { web: { command: null, count: 1 } });
    await failsWith('E_IMAGE_UNAVAILABLE', call(deps, ['git:from-image', { app: 'shop', image: 'nowhere' }]));
  });

  it('an archive address is shown without its login and its signature', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const source = 'http://ann:s3cret@127.0.0.1:1/shop.tar?signature=s3cret';
    const lines: string[] = [];
    const onLine = (line: { text: string }) => lines.push(line.text);
    const failed = await failsWith(
      'E_DOWNLOAD',
      call(deps, ['git:from-archive', { app: 'shop', source }], { onLine }),
    );
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.equal(deploy?.subject, 'http://127.0.0.1:1/shop.tar');
    assert.equal(event?.subject, 'http://127.0.0.1:1/shop.tar');
    assert.doesNotMatch(JSON.stringify([lines, failed.message, deploy]), /s3cret/);
  });

  it('an archive on standard input is deployed, and a rebuild takes its source again', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await call(deps, ['git:from-archive', { app: 'shop', source: '--' }], { stdin: tarOf(hello) });
    assert.equal((await call(deps, ['ps:rebuild', { app: 'shop' }])).release, 2);
    const info = await call(deps, ['releases:info', { app: 'shop', release: 2 }]);
    assert.equal(info.description, 'Rebuild standard input');
    await failsWith('E_INPUT', call(deps, ['git:from-archive', { app: 'shop', source: '--' }]));
  });

  it('a rebuild after a rollback never takes the source of the release that was rolled back', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await push(deps, ['shop', changed]);
    await call(deps, ['rollback', { app: 'shop' }]);
    const { message } = await failsWith('E_NOT_FOUND', call(deps, ['ps:rebuild', { app: 'shop' }]));
    assert.match(message, /source of shop is not kept/);
  });
});
