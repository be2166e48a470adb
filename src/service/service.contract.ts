import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { randomId } from '../base/ids.ts';
import { Secret } from '../base/secret.ts';
import { isFailure } from '../model/failures.ts';
import type { Service } from '../model/service.ts';
import { kinds } from './kinds/kinds.ts';
import { dumpEnd, type InsideCommand, type InsideEnd, type Services } from './service.ts';

export interface ServicesUnderTest {
  readonly services: Services;
  /** The same kind on the same machine, of another instance. */
  readonly stranger: Services;
  /** Whether who shares a network with it reaches it. */
  isReachable(service: Service): Promise<boolean>;
  /** Id of the image of a kind that starts fast. */
  readonly image: string;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** Another service of the kind redis each time. */
export function serviceOf(image: string, more: Partial<Service> = {}): Service {
  const name = `s${randomId(6)}`;
  return {
    id: 1,
    kind: 'redis',
    name,
    createdAt: 0,
    createdBy: 'test',
    image: { reference: 'redis:7', id: image, digest: null },
    login: {
      user: '',
      password: new Secret('a-long-password'),
      adminPassword: new Secret('another-password'),
      database: name,
    },
    volume: 1,
    size: { memory: null, shm: null },
    env: {},
    options: [],
    state: 'ready',
    stopped: false,
    kept: null,
    filling: null,
    exposed: null,
    archived: false,
    ...more,
  };
}

/** Runs a command to its end, with an input. */
export async function through(
  services: Services,
  { service, command }: { readonly service: Service; readonly command: InsideCommand | null | undefined },
  input: Buffer | string = '',
): Promise<InsideEnd & { readonly output: Buffer }> {
  assert.ok(command);
  const inside = await services.open(service, command, never);
  const [output] = await Promise.all([
    buffer(inside.output),
    pipeline(Readable.from([Buffer.from(input)]), inside.input),
  ]);
  return { ...(await inside.end), output };
}

/** What every driver promises. */
export function serviceContract(driver: string, open: () => Promise<ServicesUnderTest>): void {
  describe(`services ${driver}`, () => {
    let test: ServicesUnderTest;
    const made: Service[] = [];
    const started = async () => {
      const service = serviceOf(test.image);
      made.push(service);
      await test.services.start(service, never);
      await test.services.waitReady(service, never);
      return service;
    };

    before(async () => {
      test = await open();
    });

    after(async () => {
      for (const service of made) await test.services.remove(service, { data: true });
      assert.deepEqual(await test.services.list(), []);
      await test.close();
    });

    it('runs what was started, and its data outlives a stop', async () => {
      const service = await started();
      const { services } = test;
      assert.equal((await services.standing(service)).state, 'running');
      const dump = kinds.redis.dump?.(service.login);
      const before = await through(services, { service, command: dump });
      assert.equal(before.exitCode, 0);
      const filled = await through(
        services,
        { service, command: kinds.redis.restore?.(service.login) },
        Buffer.concat([await filledDump(test), Buffer.from(dumpEnd)]),
      );
      assert.deepEqual(filled.errors, []);
      const { output } = await through(services, { service, command: dump });
      assert.notDeepEqual(output, before.output);
      await services.stop(service);
      assert.equal((await services.standing(service)).state, 'stopped');
      await assert.rejects(services.open(service, { argv: ['true'], env: {} }, never), (error) =>
        isFailure(error, 'E_SERVICE_STOPPED'),
      );
      await services.start(service, never);
      await services.waitReady(service, never);
      const again = await through(services, { service, command: dump });
      assert.ok(again.output.length > before.output.length);
    });

    it('leaves one alone that runs as it is wanted, and is not wanted otherwise', async () => {
      const service = await started();
      const { startedAt } = await test.services.standing(service);
      await test.services.start(service, never);
      assert.equal((await test.services.standing(service)).startedAt, startedAt);
    });

    it('has an address in its network, the same one after a new start', async () => {
      const service = await started();
      const { services } = test;
      const address = await services.address(service);
      assert.match(address ?? '', /^\d+(\.\d+){3}$/);
      await services.stop(service);
      assert.equal(await services.address(service), null);
      await services.start(service, never);
      assert.equal(await services.address(service), address);
    });

    it('shows its log', async () => {
      const service = await started();
      const lines: string[] = [];
      const onLine = ({ text }: { readonly text: string }) => void lines.push(text);
      await test.services.logs(service, { lines: 5, follow: false, onLine }, never);
      assert.ok(lines.length > 0 && lines.length <= 5, lines.join('\n'));
    });

    it('sees nothing of another instance', async () => {
      const service = await started();
      assert.deepEqual(await test.stranger.list(), []);
      assert.equal((await test.stranger.standing(service)).state, 'stopped');
      await test.stranger.remove(service, { data: true });
      assert.equal((await test.services.standing(service)).state, 'running');
    });

    it('started closed, it answers from within, and starts as it was for all again', async () => {
      const service = await started();
      const { services } = test;
      await services.startClosed(service, never);
      await services.waitReady(service, never);
      const closed = await services.standing(service);
      await services.startClosed(service, never);
      assert.equal((await services.standing(service)).startedAt, closed.startedAt, 'it is so already');
      assert.equal(await test.isReachable(service), false);
      await services.start(service, never);
      await services.waitReady(service, never);
      assert.equal(await test.isReachable(service), true);
    });

    it('keeps the data of each volume apart, and removes one alone', async () => {
      const service = await started();
      const { services } = test;
      const other = { ...service, volume: 2 };
      const dump = kinds.redis.dump?.(service.login);
      const fill = async (into: Service) =>
        through(
          services,
          { service: into, command: kinds.redis.restore?.(service.login) },
          Buffer.concat([await filledDump(test), Buffer.from(dumpEnd)]),
        );
      const empty = (await through(services, { service, command: dump })).output;
      await services.startClosed(other, never);
      await services.waitReady(other, never);
      await fill(other);
      const filled = (await through(services, { service: other, command: dump })).output;
      assert.ok(filled.length > empty.length);
      await services.start(service, never);
      await services.waitReady(service, never);
      assert.deepEqual((await services.volumes(service)).toSorted(), [1, 2]);
      await services.removeVolume(other);
      await services.removeVolume(other);
      assert.deepEqual(await services.volumes(service), [1]);
      assert.equal((await through(services, { service, command: dump })).output.length, empty.length);
      await services.start(other, never);
      await services.waitReady(other, never);
      assert.equal((await through(services, { service: other, command: dump })).output.length, empty.length);
    });

    it('removes all of one, also a second time, and its data only where that is said', async () => {
      const service = await started();
      await test.services.remove(service, { data: false });
      assert.ok((await test.services.list()).some(({ name }) => name === service.name));
      await test.services.remove(service, { data: true });
      await test.services.remove(service, { data: true });
      assert.ok(!(await test.services.list()).some(({ name }) => name === service.name));
      assert.equal((await test.services.standing(service)).state, 'stopped');
    });
  });
}

/** A dump with something in it, made by a service of its own. */
async function filledDump({ services, image }: ServicesUnderTest): Promise<Buffer> {
  const service = serviceOf(image);
  try {
    await services.start(service, never);
    await services.waitReady(service, never);
    const command = kinds.redis.client?.(service.login);
    await through(services, { service, command }, 'SET greeting hello\nSET other world\n');
    const { output } = await through(services, { service, command: kinds.redis.dump?.(service.login) });
    return output.length > 0 ? output : Buffer.from('a dump');
  } finally {
    await services.remove(service, { data: true });
  }
}
