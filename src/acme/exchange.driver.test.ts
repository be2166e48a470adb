import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { newPrivateKey } from '../base/private-key.ts';
import { failsWith } from './acme.contract.ts';
import { Exchange, trustAlso, type Reply } from './exchange.ts';
import { MemoryIssuer } from './memory-issuer.ts';

const { signal } = new AbortController();
const issuer = new MemoryIssuer();
const trust = trustAlso(issuer.root);
const present = { from: Date.now() - 60_000, to: Date.now() + 3_600_000 };

/** Asks a server on this machine that answers so, and has a certificate for this time. */
async function ask(
  answer: RequestListener,
  { validity = present, ...asked }: { validity?: { from: number; to: number }; signal?: AbortSignal } = {},
): Promise<Reply> {
  const key = await newPrivateKey('ec256');
  const cert = issuer.issue('localhost', key, validity);
  const server = createServer({ cert, key: key.reveal() }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const exchange = new Exchange(500, trust);
  try {
    const { port } = server.address() as AddressInfo;
    return await exchange.ask(`https://localhost:${port}/a`, { signal, ...asked });
  } finally {
    exchange.close();
    server.closeAllConnections();
    server.close();
  }
}

function hasHint(error: unknown, words: RegExp): true {
  assert.match(String((error as { hint?: string }).hint), words);
  return true;
}

test('an answer is read, whatever its status', async () => {
  const { status, text, headers } = await ask((_request, answer) => {
    answer.writeHead(418, { 'Retry-After': '5' });
    answer.end('short and stout');
  });
  assert.deepEqual([status, text, headers['retry-after']], [418, 'short and stout', '5']);
});

test('a certificate that is over, or not yet valid, points to the clock', async () => {
  const past = { from: Date.UTC(2020), to: Date.UTC(2021) };
  const future = { from: Date.UTC(2045), to: Date.UTC(2046) };
  for (const validity of [past, future]) {
    const asked = ask((_request, answer) => answer.end(), { validity });
    await assert.rejects(asked, (error) => failsWith('E_ACME_DOWN')(error) && hasHint(error, /clock/));
  }
});

test('an answer without an end is cut off, in size', async () => {
  const asked = ask((_request, answer) => {
    const more = () => answer.write(Buffer.alloc(100_000), (error) => (error ? undefined : more()));
    more();
  });
  await assert.rejects(asked, failsWith('E_ACME_DOWN', /larger than 1000000 bytes/));
});

test('an answer without an end is cut off, in time', async () => {
  const asked = ask((_request, answer) => void answer.write('to be continued'));
  await assert.rejects(asked, failsWith('E_ACME_DOWN', /no answer within 0\.5 s/));
});

test('an abort in the middle of an answer ends it, with its reason', async () => {
  const abort = new AbortController();
  const asked = ask(
    (_request, answer) => answer.write('to be continued', () => abort.abort(new Error('told to stop'))),
    { signal: abort.signal },
  );
  await assert.rejects(asked, /told to stop/);
});

test('a connection that is cut is no answer', async () => {
  await assert.rejects(
    ask((request) => request.socket.destroy()),
    failsWith('E_ACME_DOWN', /cannot be reached/),
  );
});

test('only https is asked', async () => {
  const exchange = new Exchange(500, undefined);
  for (const address of ['http://localhost/', 'file:///etc/passwd', 'localhost', ''])
    await assert.rejects(exchange.ask(address, { signal }), failsWith('E_ACME', /no https address/));
});
