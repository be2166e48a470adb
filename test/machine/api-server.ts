import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeTestCertificate } from './test-authority.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ApiServer {
  readonly base: string;
  /** PEM of the CA of its certificate. */
  readonly ca: string;
  /** `METHOD PATH BODY` of each request since they were taken last. */
  taken(): string[];
  /** Headers of the last request. */
  headers(): Readonly<Record<string, string | string[] | undefined>>;
  close(): Promise<void>;
}

/** An HTTPS server of the test's own that answers as it is told by `METHOD PATH`; 404 for anything else. */
export async function startApiServer(
  answerOf: (request: string) => ApiAnswer | undefined,
): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-api-'));
  const { certificateFile, keyFile, ca } = await makeTestCertificate(folder);
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)]);
  await rm(folder, { recursive: true });
  let requests: string[] = [];
  let headers = {};
  const server = createServer({ cert, key }, async (incoming, answer) => {
    const request = `${incoming.method} ${incoming.url}`;
    const body = await text(incoming);
    requests.push(body === '' ? request : `${request} ${body}`);
    headers = incoming.headers;
    const { status, body: said } = answerOf(request) ?? { status: 404, body: '{"message":"not found"}' };
    answer.writeHead(status);
    answer.end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca,
    headers: () => headers,
    taken() {
      const taken = requests;
      requests = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
