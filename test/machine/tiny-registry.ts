import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface TinyRegistry {
  /** `localhost:PORT`; Docker speaks plain http with a registry of that name. */
  readonly host: string;
  /** How often each path was asked for. */
  readonly asked: ReadonlyMap<string, number>;
  /** From now on the tag `1` of a repository is another image: as the one of `tiny` is, or of this tar of all its files. */
  publish(repository: string, files?: Buffer): Promise<void>;
  /** It does not know the repository any more. */
  withdraw(repository: string): void;
  close(): Promise<void>;
}

interface Answer {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * A registry (Registry HTTP API V2) with one image, `tiny:1`, of one small file, which exposes port 8080; it knows no other
 * until it is published.
 */
export async function startTinyRegistry(): Promise<TinyRegistry> {
  const answers = new Map<string, Answer>([['/v2/', { type: 'application/json', body: json({}) }]]);
  const publish = async (repository: string, files?: Buffer) => {
    const layer = files ?? (await oneFile());
    for (const [path, found] of imageOf(repository, layer)) answers.set(path, found);
  };
  await publish('tiny');
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    answer(request, response, answers.get(path));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    asked,
    publish,
    withdraw(repository) {
      for (const path of answers.keys()) if (path.startsWith(`/v2/${repository}/`)) answers.delete(path);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, found: Answer | undefined): void {
  if (!found) {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
    return;
  }
  response.writeHead(200, {
    'Content-Type': found.type,
    'Content-Length': found.body.length,
    'Docker-Content-Digest': digest(found.body),
    'Docker-Distribution-Api-Version': 'registry/2.0',
  });
  response.end(request.method === 'HEAD' ? undefined : found.body);
}

async function oneFile(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'hello' }, `hello ${Math.random()}`);
  tar.finalize();
  return buffer(tar);
}

function imageOf(repository: string, layer: Buffer): Map<string, Answer> {
  const zipped = gzipSync(layer);
  const config = json({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { ExposedPorts: { '8080/tcp': {} } },
    rootfs: { type: 'layers', diff_ids: [digest(layer)] },
  });
  const types = {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    blob: 'application/octet-stream',
  };
  const manifest = json({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digest(config),
    },
    layers: [
      {
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: zipped.length,
        digest: digest(zipped),
      },
    ],
  });
  return new Map([
    [`/v2/${repository}/manifests/1`, { type: types.manifest, body: manifest }],
    [`/v2/${repository}/manifests/${digest(manifest)}`, { type: types.manifest, body: manifest }],
    [`/v2/${repository}/blobs/${digest(config)}`, { type: types.blob, body: config }],
    [`/v2/${repository}/blobs/${digest(zipped)}`, { type: types.blob, body: zipped }],
  ]);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
