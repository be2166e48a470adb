import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Pebble } from './pebble.ts';

/**
 * What the front does instead of handing a request on; `silence` never answers, `drop` closes the connection, `cut` hands
 * it on and loses the answer.
 */
export type Instead =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown }
  | 'silence'
  | 'drop'
  | 'cut';

export interface AcmeFront {
  readonly directory: string;
  /** Paths that were asked, as the requests came. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface FrontRequest {
  readonly path: string;
  /** What was signed, or undefined where nothing was. */
  readonly payload: unknown;
}

/** A server in front of a pebble: what `judge` gives an answer for does not reach it, what it waits with comes late. */
export async function startFront(
  pebble: Pebble,
  judge: (asked: FrontRequest) => Instead | undefined | Promise<Instead | undefined>,
): Promise<AcmeFront> {
  const { certificateFile, keyFile, ca } = pebble.certificate;
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  const asked: string[] = [];
  const behind = new URL(pebble.directory);
  const server = createServer({ cert, key }, async (incoming, answer) => {
    const path = incoming.url ?? '';
    asked.push(path);
    const body = await text(incoming);
    const instead = await judge({ path, payload: payloadOf(body) });
    if (instead === 'silence') return;
    if (instead === 'drop') {
      incoming.socket.destroy();
      return;
    }
    if (typeof instead === 'object') {
      answer.writeHead(instead.status, instead.headers);
      answer.end(JSON.stringify(instead.body));
      return;
    }
    const passed = await pass(incoming, body, { behind, ca });
    if (instead === 'cut') incoming.socket.destroy();
    else await give(answer, passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    directory: `https://localhost:${(server.address() as AddressInfo).port}${behind.pathname}`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function payloadOf(body: string): unknown {
  if (body === '') return undefined;
  const { payload } = JSON.parse(body);
  return payload === '' ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString());
}

/** The Host stays what it was: a signature names the address that was asked. */
async function pass(
  { method, url, headers }: IncomingMessage,
  body: string,
  { behind, ca }: { readonly behind: URL; readonly ca: string },
): Promise<IncomingMessage> {
  const sent = request({
    host: 'localhost',
    port: behind.port,
    ca,
    method,
    path: url,
    headers,
    agent: false,
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return response;
}

async function give(answer: ServerResponse, passed: IncomingMessage): Promise<void> {
  const body = await text(passed);
  answer.writeHead(passed.statusCode ?? 500, passed.headers);
  answer.end(body);
}
