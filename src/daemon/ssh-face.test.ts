import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { call, live } from '../../test/machine/memory-calls.ts';
import { MemoryDoor } from '../../test/machine/memory-door.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { publicKey } from '../../test/machine/sample-calls.ts';
import { operationNames, rowOf } from '../contract/operations.ts';
import { quoteShellWord } from '../model/shell-words.ts';
import { actorOfKey } from '../ops/access.ts';
import { keyActor } from './server.ts';

const deps = memoryDeps();
let door: MemoryDoor;
before(async () => {
  await call(deps, ['ssh-keys:add', { name: 'alice', key: publicKey(), role: 'admin' }]);
  await live(deps, 'shop');
  door = await MemoryDoor.open(
    deps,
    keyActor((name) => actorOfKey(deps.store, name)),
  );
});
after(async () => {
  await door.close();
  deps.close();
});

async function ask(line: string, { key = 'alice', search = '' } = {}): Promise<string> {
  const headers = { 'Slipway-Key': key };
  const { status, body } = await door.ask(`/v1/ssh/command${search}`, { headers, body: `${line}\n` });
  assert.equal(status, 200);
  return body;
}

describe('POST /v1/ssh/command', () => {
  it('answers what only reads: text, where it goes, exit status', async () => {
    assert.equal(await ask('apps:list'), '=====> My Apps\nshop\nout 0\n');
    assert.equal(await ask('--quiet apps'), 'shop\nout 0\n');
    assert.equal(await ask('config:get shop ABSENT'), 'out 1\n');
    assert.equal(await ask("apps:report 'gone'"), ' !     App gone does not exist\nerr 20\n');
    assert.match(await ask('help apps:list'), /^Usage: [\s\S]*\nout 0\n$/);
    assert.equal(await ask(''), await ask('help'));
  });

  it('gives values as they are', async () => {
    for (const value of ['two\nlines\n\n', 'out 1', ' $(id) `id` %s \\ "', 'ü']) {
      await call(deps, ['config:set', { app: 'shop', pairs: [`VALUE=${value}`], noRestart: true }]);
      assert.equal(await ask('config:get shop VALUE'), `${value}\nout 0\n`);
    }
  });

  it('is in colour where asked to', async () => {
    assert.equal(await ask('--quiet apps', { search: '?color=true' }), 'shop\nout 0\n');
    const colored = await ask('apps', { search: '?color=true' });
    assert.equal(colored, '\x1b[1m=====> My Apps\x1b[0m\nshop\nout 0\n');
  });

  it('leaves all else to the CLI, and does nothing of it', async () => {
    const before = deps.store.events.list({ limit: 1000 });
    for (const line of [
      'apps:create other',
      'apps:destroy --force shop',
      'ps:scale shop',
      'config:set shop A=1',
      'logs shop',
      'logs shop -t',
      'events -t',
      'doctor',
      'git:authorize shop git-receive-pack',
      'ssh-keys:add bob /etc/passwd',
      '__complete apps:',
      "apps:list 'open",
      'no-such-command',
      'apps:list too many',
      'apps:list\napps:create other',
    ])
      assert.equal(await ask(line), 'cli\n', line);
    assert.deepEqual(deps.store.events.list({ limit: 1000 }), before);
    for (const name of operationNames.filter((one) => rowOf(one).mutates))
      for (const example of rowOf(name).examples) assert.equal(await ask(example), 'cli\n', example);
  });

  it('leaves long texts to the CLI', async () => {
    const value = 'x'.repeat(40_000);
    await call(deps, ['config:set', { app: 'shop', pairs: [`A=${value}`, `B=${value}`], noRestart: true }]);
    assert.equal(await ask('config:get shop A'), `${value}\nout 0\n`);
    assert.equal(await ask('config:export shop'), 'cli\n');
  });

  it('refuses a key that is not in the store', async () => {
    const text = /^ !     E_NOT_ALLOWED: There is no key eve on this server\n[\s\S]*err 1\n$/;
    assert.match(await ask(`apps:report ${quoteShellWord('shop')}`, { key: 'eve' }), text);
    assert.match(await ask('help', { key: 'eve' }), text);
  });
});
