import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { exec } from '../base/exec.ts';
import { Secret } from '../base/secret.ts';
import type { Encryption, Opening } from '../model/age-key.ts';
import { isFailure, type FailureCode } from '../model/failures.ts';
import { sealed, unsealed } from './seal.ts';

const pieceSize = 64 * 1024;
const passphrase = new Secret('correct horse battery staple');
const byPassphrase = { by: 'passphrase', passphrase } as const;

let folder: string;
let identity: Secret;
let identityFile: string;
let recipient: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-seal-'));
  identityFile = join(folder, 'key');
  ({ identity, recipient } = await newPair(identityFile));
});
after(() => rm(folder, { recursive: true }));

async function newPair(file: string) {
  await exec('age-keygen', ['-o', file]);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return {
    identity: new Secret(lines.at(-1) ?? ''),
    recipient: /public key: (\S+)/.exec(lines.join('\n'))?.[1] ?? '',
  };
}

const forPair = (): Encryption => ({ by: 'recipients', recipients: [recipient] });
const byPair = (): Opening => ({ by: 'identity', identity });

function seal(content: Uint8Array, encryption: Encryption | null): Promise<Buffer> {
  return buffer(sealed(Readable.from([content], { objectMode: false }), encryption));
}

function open(file: Uint8Array, opening: Opening | null): Promise<Buffer> {
  return buffer(unsealed(Readable.from([file], { objectMode: false }), opening));
}

function failing(code: FailureCode) {
  return (error: unknown) => isFailure(error, code);
}

describe('what was sealed is opened again', () => {
  // Random, so that the sizes after compression are about those before; among them whole pieces of age.
  const sizes = [0, 1, 1000, pieceSize - 25, pieceSize, 2 * pieceSize, 5 * pieceSize + 17, 3_000_000];
  const ways: readonly (readonly [string, () => Encryption | null, () => Opening | null])[] = [
    ['plain', () => null, () => null],
    ['a pair of keys', forPair, byPair],
    ['a passphrase', () => byPassphrase, () => byPassphrase],
  ];
  for (const [name, encryption, opening] of ways) {
    test(name, async () => {
      for (const size of sizes) {
        const content = randomBytes(size);
        assert.ok(
          (await open(await seal(content, encryption()), opening())).equals(content),
          `${size} bytes`,
        );
      }
    });
  }

  test('in whatever pieces it comes', async () => {
    const content = randomBytes(200_000);
    const file = await seal(content, forPair());
    const crumbs = Array.from({ length: Math.ceil(file.length / 7) }, (_, at) =>
      file.subarray(at * 7, at * 7 + 7),
    );
    assert.ok(
      (await buffer(unsealed(Readable.from(crumbs, { objectMode: false }), byPair()))).equals(content),
    );
  });

  test('by each of several keys', async () => {
    const other = await newPair(join(folder, 'other'));
    const file = await seal(Buffer.from('hello'), {
      by: 'recipients',
      recipients: [recipient, other.recipient],
    });
    assert.equal(String(await open(file, byPair())), 'hello');
    assert.equal(String(await open(file, { by: 'identity', identity: other.identity })), 'hello');
  });
});

describe("Debian's tools", () => {
  const content = Buffer.concat([Buffer.from('a dump\n'.repeat(50_000)), randomBytes(200_000)]);

  test('zstd opens a plain one', async () => {
    const file = await written('plain.zst', await seal(content, null));
    await exec('zstd', ['-q', '-d', file, '-o', join(folder, 'plain')]);
    assert.ok((await readFile(join(folder, 'plain'))).equals(content));
  });

  test('age and zstd open one of a key', async () => {
    const file = await written('key.age', await seal(content, forPair()));
    await exec('age', ['-d', '-i', identityFile, '-o', join(folder, 'key.zst'), file]);
    await exec('zstd', ['-q', '-d', join(folder, 'key.zst'), '-o', join(folder, 'key.out')]);
    assert.ok((await readFile(join(folder, 'key.out'))).equals(content));
  });

  test('age opens one of a passphrase, which it asks for on a terminal', async () => {
    const file = await written('pass.age', await seal(content, byPassphrase));
    await onTerminal(`age -d -o ${join(folder, 'pass.zst')} ${file}`, 1);
    assert.ok((await open(await readFile(join(folder, 'pass.zst')), null)).equals(content));
  });

  test('what they made is opened here: several recipients, and a passphrase', async () => {
    const other = await newPair(join(folder, 'third'));
    const plain = await written('theirs', content);
    await exec('zstd', ['-q', plain]);
    const keyed = join(folder, 'theirs.age');
    await exec('age', ['-r', other.recipient, '-r', recipient, '-o', keyed, `${plain}.zst`]);
    assert.ok((await open(await readFile(keyed), byPair())).equals(content));
    await onTerminal(`age -p -o ${join(folder, 'pass2.age')} ${plain}.zst`, 2);
    assert.ok((await open(await readFile(join(folder, 'pass2.age')), byPassphrase)).equals(content));
  });

  async function written(name: string, bytes: Uint8Array): Promise<string> {
    await writeFile(join(folder, name), bytes);
    return join(folder, name);
  }

  /** age reads a passphrase from nothing but a terminal; `script` gives it one. */
  async function onTerminal(command: string, times: number): Promise<void> {
    const stdin = new PassThrough();
    let asked = 0;
    const answered = exec('script', ['-qefc', command, '/dev/null'], {
      stdin,
      timeout: 60_000,
      stdoutTo: new PassThrough().on('data', (chunk: Buffer) => {
        const prompts = String(chunk).match(/passphrase/g)?.length ?? 0;
        for (let count = 0; count < prompts && asked < times; count += 1, asked += 1)
          stdin.write(`${passphrase.reveal()}\n`);
      }),
    });
    await answered;
  }
});

describe('what cannot be opened', () => {
  const content = randomBytes(300_000);

  test('another key, another passphrase, none at all, the wrong kind', async () => {
    const other = await newPair(join(folder, 'stranger'));
    const keyed = await seal(content, forPair());
    const passed = await seal(content, byPassphrase);
    await assert.rejects(open(keyed, { by: 'identity', identity: other.identity }), failing('E_BACKUP_KEY'));
    await assert.rejects(open(keyed, byPassphrase), failing('E_BACKUP_KEY'));
    await assert.rejects(open(keyed, null), failing('E_BACKUP_KEY'));
    await assert.rejects(open(passed, byPair()), failing('E_BACKUP_KEY'));
    const wrong = { by: 'passphrase', passphrase: new Secret('wrong') } as const;
    await assert.rejects(open(passed, wrong), failing('E_BACKUP_KEY'));
  });

  test('what is no key is refused', async () => {
    const bad = { by: 'recipients', recipients: [`${recipient.slice(0, -1)}q`] } as const;
    await assert.rejects(seal(content, bad), failing('E_INPUT'));
    const keyed = await seal(content, forPair());
    await assert.rejects(
      open(keyed, { by: 'identity', identity: new Secret('nonsense') }),
      failing('E_INPUT'),
    );
  });

  for (const [name, encryption, opening] of [
    ['plain', () => null, () => null],
    ['encrypted', forPair, byPair],
  ] as const) {
    test(`${name}: cut short anywhere`, async () => {
      const file = await seal(content, encryption());
      const whole = pieceSize + 16;
      const head = file.length % whole;
      const lengths = [0, 1, 10, 40, head, head + whole, head + 2 * whole, file.length - 17, file.length - 1];
      for (const length of lengths) {
        await assert.rejects(
          open(file.subarray(0, length), opening()),
          failing('E_BACKUP_DAMAGED'),
          `${length}`,
        );
      }
    });

    test(`${name}: one bit flipped`, async () => {
      const file = await seal(content, encryption());
      const places = [0, 1, 30, 150, 210, 1000, pieceSize + 300, file.length - 30, file.length - 1];
      for (const at of places) {
        const bad = Buffer.from(file);
        bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
        await assert.rejects(open(bad, opening()), `byte ${at}`);
      }
    });
  }

  test('pieces that change places, or one that is left out', async () => {
    const file = await seal(content, forPair());
    const piece = pieceSize + 16;
    const head = headLength(file);
    const at = (index: number) => file.subarray(head + index * piece, head + (index + 1) * piece);
    const start = file.subarray(0, head);
    const rest = file.subarray(head + 2 * piece);
    await assert.rejects(
      open(Buffer.concat([start, at(1), at(0), rest]), byPair()),
      failing('E_BACKUP_DAMAGED'),
    );
    await assert.rejects(open(Buffer.concat([start, at(0), rest]), byPair()), failing('E_BACKUP_DAMAGED'));
  });

  function headLength(file: Buffer): number {
    return file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1 + 16;
  }
});

describe('the ends of a stream', () => {
  test('what the source fails with, the sealed and the opened stream fail with', async () => {
    const broken = () =>
      Readable.from(
        (async function* () {
          yield randomBytes(100_000);
          throw new Error('the dump failed');
        })(),
        { objectMode: false },
      );
    await assert.rejects(text(sealed(broken(), null)), /the dump failed/);
    await assert.rejects(text(sealed(broken(), forPair())), /the dump failed/);
    await assert.rejects(text(unsealed(broken(), null)), /.+/);
  });

  test('who stops reading, lets go of the source', async () => {
    for (const encryption of [null, forPair()]) {
      const source = createReadStream('/dev/urandom');
      const stream = sealed(source, encryption);
      for await (const _ of stream) break;
      await closed(source);
      const unread = createReadStream('/dev/urandom');
      sealed(unread, encryption).destroy();
      await closed(unread);
    }
  });

  async function closed(stream: Readable): Promise<void> {
    if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
  }
});

test('memory stays flat: 300 MB through both ways', async () => {
  const block = randomBytes(1 << 20);
  async function* dump() {
    for (let count = 0; count < 300; count += 1) {
      block.writeUInt32LE(count);
      yield Buffer.from(block);
    }
  }
  const hash = createHash('sha256');
  let bytes = 0;
  let most = 0;
  const before = process.memoryUsage().rss;
  const through = unsealed(sealed(Readable.from(dump(), { objectMode: false }), forPair()), byPair());
  for await (const chunk of through as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  assert.equal(bytes, 300 << 20);
  assert.ok(most < 150e6, `${Math.round(most / 1e6)} MB more than before`);
});
