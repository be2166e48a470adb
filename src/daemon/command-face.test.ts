import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { live } from '../../test/machine/memory-calls.ts';
import { MemoryDoor, type Message } from '../../test/machine/memory-door.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

const deps = memoryDeps();
let door: MemoryDoor;
before(async () => {
  await live(deps, 'shop');
  door = await MemoryDoor.open(deps);
});
after(async () => {
  await door.close();
  deps.close();
});

async function run(words: readonly string[], more: object = {}): Promise<readonly Message[]> {
  const { status, messages } = await door.tell('/v1/command', { words, ...more });
  assert.equal(status, 200);
  return messages;
}

/** The same with something piped in: the words go as a header. */
async function runPiped(words: readonly string[], piped: string): Promise<readonly Message[]> {
  const header = Buffer.from(JSON.stringify({ words })).toString('base64url');
  const reply = await door.ask('/v1/command', { headers: { 'Slipway-Command': header }, body: piped });
  return reply.body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Message);
}

const exitOf = (messages: readonly Message[]) => messages.at(-1)?.['exit'];
const textOf = (messages: readonly Message[]) => messages.map((message) => message['text'] ?? '').join('\n');

describe('POST /v1/command', () => {
  it('runs a command: its lines, then its exit status', async () => {
    assert.deepEqual(await run(['apps:list']), [
      { t: 'out', text: '=====> My Apps' },
      { t: 'out', text: 'shop' },
      { t: 'end', exit: 0 },
    ]);
    assert.deepEqual(await run(['--quiet', 'apps']), [
      { t: 'out', text: 'shop' },
      { t: 'end', exit: 0 },
    ]);
  });

  it('tells progress as it comes, warnings and failures on standard error', async () => {
    const messages = await run(['ps:restart', 'shop', 'gone']);
    assert.equal(exitOf(messages), 1);
    const told = messages.find((message) => String(message['text']).includes('E_INPUT'));
    assert.equal(told?.['t'], 'err');
    const done = textOf(await run(['ps:restart', 'shop']));
    assert.ok(done.startsWith('-----> Starting web.1\n'), done);
  });

  it('tells nothing but the JSON where that is asked for', async () => {
    await run(['git:from-image', 'shop', 'nginx:1']);
    const messages = await run(['images:update', '--format', 'json']);
    const output = JSON.parse(textOf(messages.slice(0, -1))) as { images: { name: string }[] };
    assert.deepEqual(
      output.images.map(({ name }) => name),
      ['nginx:1'],
    );
    assert.match(textOf(await run(['images:update'])), /^-----> Pulling nginx:1\n-----> 1 image: 0 updated/);
  });

  it('answers questions by the exit status', async () => {
    assert.equal(exitOf(await run(['apps:exists', 'shop'])), 0);
    assert.deepEqual(await run(['apps:exists', 'gone']), [
      { t: 'err', text: ' !     App gone does not exist' },
      { t: 'end', exit: 20 },
    ]);
    assert.equal(exitOf(await run(['config:get', 'shop', 'GONE'])), 1);
    assert.deepEqual(await run(['ps:restart', 'gone']), [
      { t: 'err', text: ' !     App gone does not exist' },
      { t: 'end', exit: 20 },
    ]);
  });

  it('colours where it is asked to', async () => {
    assert.ok(textOf(await run(['apps'], { color: true })).includes('\x1b[1m'));
    assert.ok(!textOf(await run(['apps'])).includes('\x1b'));
  });

  it('helps, and names what is near an unknown command', async () => {
    assert.match(textOf(await run(['help'])), /apps/);
    assert.match(textOf(await run(['config:set', '--help'])), /KEY=VALUE/);
    assert.match(textOf(await run(['completion', 'bash'])), /complete -F/);
    const unknown = await run(['app:list']);
    assert.match(textOf(unknown), /E_COMMAND_UNKNOWN.*\n.*apps:list/);
    assert.equal(exitOf(unknown), 1);
  });

  it('completes the last word', async () => {
    const { messages } = await door.tell('/v1/complete', { words: ['apps:destroy', 's'] });
    assert.deepEqual(messages, [['shop']]);
    assert.deepEqual(await run(['__complete', 'apps:destroy', '']), [
      { t: 'out', text: 'shop' },
      { t: 'end', exit: 0 },
    ]);
    for (const words of [
      ['ps:scale', 'shop', ''],
      ['config:get', 'gone', ''],
      ['images:build', ''],
    ]) {
      assert.equal((await door.tell('/v1/complete', { words })).status, 200);
    }
  });

  it('asks before it destroys, and does it only for the name', async () => {
    await run(['apps:create', 'blog']);
    const [question] = await run(['apps:destroy', 'blog']);
    assert.deepEqual([question?.['t'], question?.['expect']], ['confirm', 'blog']);
    assert.ok(deps.store.apps.find('blog'), 'nothing was done yet');
    const wrong = await run(['apps:destroy', 'blog'], { confirm: 'shop' });
    assert.match(textOf(wrong), /E_NOT_CONFIRMED/);
    assert.ok(deps.store.apps.find('blog'), 'nothing was done yet');
    assert.equal(exitOf(await run(['apps:destroy', 'blog'], { confirm: 'blog' })), 0);
    assert.equal(deps.store.apps.find('blog'), undefined);
  });

  it('asks nothing with --force', async () => {
    await run(['apps:create', 'blog']);
    assert.equal(exitOf(await run(['apps:destroy', '--force', 'blog'])), 0);
    assert.equal(deps.store.apps.find('blog'), undefined);
  });

  it('takes the text that is piped in, and says so where nothing is', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE3DKOCQvGgvvMcFWSQg7uGJm3zzTmHFFRAJ9ZjVfPcO ann@laptop';
    const added = await runPiped(['ssh-keys:add', 'ann'], `${key}\n`);
    assert.match(textOf(added), /^SHA256:/);
    assert.equal(exitOf(added), 0);
    assert.deepEqual(
      deps.store.keys.all().map(({ name }) => name),
      ['ann'],
    );
    const none = await run(['ssh-keys:add', 'bob']);
    assert.match(textOf(none), /nothing is piped in/);
    const wrong = await runPiped(['ssh-keys:add', 'bob'], 'no key');
    assert.match(textOf(wrong), /E_KEY/);
    const long = await runPiped(['ssh-keys:add', 'bob'], 'x'.repeat(2_000_000));
    assert.match(textOf(long), /too long/);
  });

  it('prints JSON where asked, and refuses a row that a report does not have', async () => {
    const json = textOf(await run(['apps:report', 'shop', '--format', 'json']));
    assert.equal(JSON.parse(json).stopped, 'false');
    assert.match(textOf(await run(['apps:report', 'shop', '--nothing'])), /E_INPUT/);
  });

  it('refuses a request that is no command', async () => {
    for (const body of [{}, { words: 'apps' }, { words: [1] }, null, [], { words: [], color: 'red' }]) {
      const { status, messages } = await door.tell('/v1/command', body);
      assert.deepEqual([status, messages[0]?.['code']], [400, 'E_INPUT']);
    }
    const reply = await door.ask('/v1/command', { headers: { 'Slipway-Command': 'e30x' } });
    assert.equal(reply.status, 400);
  });

  it('never was a bug', () =>
    assert.deepEqual(
      deps.logged.filter((line) => line.includes('"msg":"bug"')),
      [],
    ));
});
