import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('git:auth', () => {
  it('keeps a login, given as a word or piped in, replaces and forgets it; no event tells the password', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    const auth = (more: object, stdin?: Readable) =>
      call(deps, ['git:auth', { host: 'Git.Example.com', ...more }], stdin ? { stdin } : {});
    const kept = () => deps.store.credentials.find('git.example.com');
    await auth({ username: 'ann', password: 's3cret' });
    assert.deepEqual([kept()?.username, kept()?.password.reveal()], ['ann', 's3cret']);
    await auth({ username: 'bob', password: '--' }, Readable.from(['t0k', 'en\n']));
    assert.deepEqual([kept()?.username, kept()?.password.reveal()], ['bob', 't0ken']);
    const [report] = await call(deps, ['git:report', { global: true }]);
    assert.equal(report?.rows.at(-1)?.value, 'git.example.com');
    await auth({});
    assert.equal(kept(), undefined);
    await failsWith('E_NOT_FOUND', auth({}));
    const told = JSON.stringify(deps.store.events.list({ limit: 10 }));
    assert.ok(told.includes('Git.Example.com bob'));
    assert.doesNotMatch(told, /s3cret|t0ken/);
  });

  it('refuses half a login, a password of several lines or none, and what is no host', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    const host = 'git.example.com';
    await failsWith('E_INPUT', call(deps, ['git:auth', { host, username: 'ann' }]));
    for (const text of ['', '\n', 'two\nlines', 'x'.repeat(5000)]) {
      const stdin = Readable.from([text]);
      await failsWith(
        'E_INPUT',
        call(deps, ['git:auth', { host, username: 'ann', password: '--' }], { stdin }),
      );
    }
    await failsWith('E_INPUT', call(deps, ['git:auth', { host: '-oX=y', username: 'a', password: 'b' }]));
    assert.deepEqual(deps.store.credentials.hosts(), []);
  });
});

it('git:generate-deploy-key makes one key, which git:public-key prints and nobody else may read', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  assert.deepEqual(await call(deps, ['git:public-key', {}]), { publicKey: null });
  const { publicKey } = await call(deps, ['git:generate-deploy-key', {}]);
  assert.match(publicKey, /^ssh-ed25519 \S+ slipway@localhost$/);
  assert.deepEqual(await call(deps, ['git:public-key', {}]), { publicKey });
  const file = join(deps.settings.root, 'ssh/deploy_key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const before = readFileSync(file, 'utf8');
  await failsWith('E_EXISTS', call(deps, ['git:generate-deploy-key', {}]));
  assert.equal(readFileSync(file, 'utf8'), before);
});
