import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../src/base/secret.ts';

/** What of the program's API is used; it has no types of its own. */
interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
  readonly httpServer: Server;
}

type S3rverClass = new (options: Readonly<Record<string, unknown>>) => S3rver;

/** Storage that speaks S3, on this machine: the npm package @20minutes/s3rver. It checks signatures, and knows one login. */
export class S3Server {
  readonly port: number;
  readonly #server: S3rver;
  readonly #folder: string;

  private constructor(server: S3rver, port: number, folder: string) {
    this.#server = server;
    this.port = port;
    this.#folder = folder;
  }

  static async start(buckets: readonly string[]): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-s3-'));
    const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as S3rverClass;
    const server = new S3rver({
      port: 0,
      address: '127.0.0.1',
      silent: true,
      allowMismatchedSignatures: false,
      directory: folder,
      configureBuckets: buckets.map((name) => ({ name, configs: [] })),
    });
    const { port } = await server.run();
    return new S3Server(server, port, folder);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  login(bucket: string, secret = 'S3RVER') {
    const { endpoint } = this;
    return { endpoint, region: 'us-east-1', bucket, accessKey: 'S3RVER', secretKey: new Secret(secret) };
  }

  /** Ends at once, its connections with it. */
  async stop(): Promise<void> {
    this.#server.httpServer.closeAllConnections();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
