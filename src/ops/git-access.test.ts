import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';

describe('git:authorize', () => {
  it('makes the app for a push, with an event, and not for a fetch', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    for (const service of ['git-upload-pack', 'git-upload-archive']) {
      await failsWith('E_APP_MISSING', call(deps, ['git:authorize', { app: 'shop', service }]));
    }
    assert.deepEqual(deps.store.apps.all(), []);
    const found = await call(deps, ['git:authorize', { app: 'shop', service: 'git-receive-pack' }]);
    const repository = join(deps.settings.root, 'repos', 'shop.git');
    assert.deepEqual(found, { repository, deployBranch: null, app: 'shop' });
    assert.equal(deps.store.apps.all().length, 1);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.actor, event?.app], ['apps:create', 'ann', 'shop']);
  });

  it('tells the deploy branch of an app that is there, and makes nothing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const events = deps.store.events.list({ limit: 10 }).length;
    for (const service of ['git-receive-pack', 'git-upload-pack']) {
      const found = await call(deps, ['git:authorize', { app: 'shop', service }]);
      assert.equal(found.deployBranch, 'main');
    }
    assert.equal(deps.store.events.list({ limit: 10 }).length, events);
  });
});

const noAutocreation = { app: null, property: 'disable-autocreation', value: 'true' };

it('apps:set --global disable-autocreation makes a push to an app that is not there fail', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  const push = () => call(deps, ['git:authorize', { app: 'shop', service: 'git-receive-pack' }]);
  await failsWith('E_INPUT', call(deps, ['apps:set', { ...noAutocreation, app: 'shop' }]));
  await failsWith('E_INPUT', call(deps, ['apps:set', { ...noAutocreation, value: 'maybe' }]));
  await call(deps, ['apps:set', noAutocreation]);
  assert.match((await failsWith('E_APP_MISSING', push())).hint ?? '', /apps:create shop/);
  await call(deps, ['apps:set', { ...noAutocreation, value: null }]);
  assert.equal((await push()).app, 'shop');
});

describe('git:set', () => {
  it('takes a deploy branch for all apps, which that of an app goes before', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const property = 'deploy-branch';
    await call(deps, ['git:set', { app: null, property, value: 'trunk' }]);
    const asked = { app: 'shop', service: 'git-receive-pack' };
    assert.equal((await call(deps, ['git:authorize', asked])).deployBranch, 'trunk');
    await call(deps, ['git:set', { app: 'shop', property, value: 'live' }]);
    assert.equal((await call(deps, ['git:authorize', asked])).deployBranch, 'live');
    assert.deepEqual(await reported(deps, 'shop'), ['live', 'trunk', 'live', '', 'GIT_REV']);
    const [all] = await call(deps, ['git:report', { global: true }]);
    assert.deepEqual(
      all?.rows.map(({ key, value }) => `${key}=${value}`),
      ['git-global-deploy-branch=trunk', 'git-global-rev-env-var=', 'git-global-auth-hosts='],
    );
  });

  it('chooses the variable that tells processes their commit, with the next release', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const app = deps.store.apps.find('shop') ?? assert.fail();
    await failsWith(
      'E_INPUT',
      call(deps, ['git:set', { app: 'shop', property: 'rev-env-var', value: 'A-B' }]),
    );
    await call(deps, ['git:set', { app: 'shop', property: 'rev-env-var', value: 'COMMIT' }]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    const names = [1, 2].map((number) => deps.store.releases.find(app, number)?.release.revisionVariable);
    assert.deepEqual(names, ['GIT_REV', 'COMMIT']);
  });

  it('sets and clears the deploy branch', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const set = (value: string) => call(deps, ['git:set', { app: 'shop', property: 'deploy-branch', value }]);
    await set('release/1');
    assert.equal(deps.store.apps.find('shop')?.deployBranch, 'release/1');
    await set('');
    assert.equal(deps.store.apps.find('shop')?.deployBranch, null);
    await failsWith('E_INPUT', set('../main'));
  });
});

/** What `git:report` says of the two settings: own and global branch, the branch that holds, the same of the variable. */
async function reported(deps: MemoryDeps, app: string): Promise<readonly (string | undefined)[]> {
  const [part] = await call(deps, ['git:report', { app }]);
  const value = (key: string) => part?.rows.find((row) => row.key === `git-${key}`)?.value;
  const keys = ['deploy-branch', 'global-deploy-branch', 'computed-deploy-branch'];
  return [...keys, 'rev-env-var', 'computed-rev-env-var'].map(value);
}

it('git:initialize makes the repository that git:status then finds without a commit', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  mkdirSync(join(deps.settings.root, 'repos'));
  await call(deps, ['apps:create', { app: 'shop' }]);
  const status = () => call(deps, ['git:status', { app: 'shop' }]);
  assert.deepEqual(await status(), { branch: null, commit: null, live: null });
  const { repository } = await call(deps, ['git:initialize', { app: 'shop' }]);
  assert.ok(existsSync(join(repository, 'HEAD')));
  await call(deps, ['git:initialize', { app: 'shop' }]);
  await push(deps, ['shop', hello]);
  assert.equal((await status()).live?.release, 1);
  assert.match((await status()).live?.revision ?? '', /^[0-9a-f]{40}$/);
});
