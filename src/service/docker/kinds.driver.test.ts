import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { randomId } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import { Names } from '../../model/names.ts';
import type { Counts } from '../../model/backup.ts';
import { parseCounts } from '../../model/judge-backup.ts';
import { parseFacts } from '../../model/service-facts.ts';
import type { Service, ServiceLogin } from '../../model/service.ts';
import { type KindName, kindNames } from '../../model/service-kind.ts';
import { Docker } from '../../tools/docker.ts';
import { imageDetails } from '../../tools/docker-images.ts';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { kinds } from '../kinds/kinds.ts';
import { dumpEnd, type InsideCommand } from '../service.ts';
import { serviceOf, through } from '../service.contract.ts';
import { DockerServices } from './docker-services.ts';

const docker = new Docker('/var/run/docker.sock');
const names = new Names(`t${randomId(10)}`);
const services = new DockerServices(docker, names, { subnets: '10.224.0.0/12' });
const never = new AbortController().signal;

/** What puts something into a service, and what shows it, for its own client's standard input. */
interface Sample {
  readonly put: string;
  readonly counted: Counts;
  readonly get: string;
  readonly shown: RegExp;
  /** SQL that is whole as it stands, and may be the begin of more. */
  readonly half?: string;
}

const mysqlSample: Sample = {
  counted: { notes: 1 },
  put: "CREATE TABLE notes (id int AUTO_INCREMENT PRIMARY KEY, text text); INSERT INTO notes (text) VALUES ('it''s ä');\nCREATE VIEW texts AS SELECT text FROM notes;\n",
  get: 'SELECT text FROM texts;\n',
  half: 'CREATE TABLE other (id int);\n',
  shown: /it's ä/,
};

const redisSample: Sample = {
  counted: { db0: 1 },
  put: 'SET greeting "it is"\n',
  get: 'GET greeting\n',
  shown: /it is/,
};

const samples: Partial<Record<KindName, Sample>> = {
  postgres: {
    counted: { 'public.notes': 1 },
    put: "CREATE TABLE notes (id serial PRIMARY KEY, text text); INSERT INTO notes (text) VALUES ('it''s ä');\n",
    get: 'SELECT text FROM notes;\n',
    half: 'DROP TABLE notes;\n',
    shown: /it's ä/,
  },
  mysql: mysqlSample,
  mariadb: mysqlSample,
  redis: redisSample,
  valkey: redisSample,
};

/** No registry answers where these tests run, and the distribution has none: MariaDB has all programs by MySQL's names. */
const standIns: Partial<Record<KindName, string>> = { mysql: 'mariadb:10.11' };

/** As a dump comes whose sender was there to its end. */
const whole = (dump: Buffer | string) => Buffer.concat([Buffer.from(dump), Buffer.from(dumpEnd)]);

after(() => docker.close());

for (const kind of kindNames) {
  describe(`A service of ${kind}`, () => {
    let service: Service;
    const other = new Secret('not-the-password');
    const inside = async (command: InsideCommand | null | undefined, input: Buffer | string = '') => {
      const end = await through(services, { service, command }, input);
      return { ...end, text: end.output.toString() };
    };

    before(async () => {
      const { image, version, user } = kinds[kind];
      const reference = standIns[kind] ?? `${image}:${version}`;
      await ensureBaseImages(docker, [reference]);
      const id = (await imageDetails(docker, reference))?.Id ?? '';
      const plain = serviceOf(id, { kind, name: `s${randomId(6)}`, options: [] });
      service = { ...plain, login: { ...plain.login, user, database: 'shop_db' } };
      await services.start(service, never);
      await services.waitReady(service, never);
    });

    after(() => services.remove(service, { data: true }));

    it('takes requests after a restart of its container too', async () => {
      await services.stop(service);
      await services.start(service, never);
      await services.waitReady(service, never);
    });

    const sample = samples[kind];
    if (!sample) return;
    const { dump, restore } = kinds[kind];
    const client = (login: ServiceLogin) => kinds[kind].client?.(login);

    it('lets nobody in with another password', async () => {
      // By its address in the network: PostgreSQL trusts what comes from its own container.
      const known = client({ ...service.login, password: other });
      const env = { ...known?.env, PGHOST: names.serviceHost(service) };
      const refused = await inside(known && { ...known, env }, sample.get);
      assert.doesNotMatch(refused.text, sample.shown);
      assert.ok(refused.exitCode !== 0 || /NOAUTH|WRONGPASS/.test(refused.text + refused.errors.join()));
    });

    it('gives all of its data as a dump, and takes that in place of what it has', async () => {
      const { errors } = await inside(client(service.login), sample.put);
      assert.deepEqual(errors, []);
      const dumped = await inside(dump?.(service.login));
      assert.equal(dumped.exitCode, 0, dumped.errors.join('\n'));
      await services.remove(service, { data: true });
      await services.start(service, never);
      await services.waitReady(service, never);
      assert.doesNotMatch((await inside(client(service.login), sample.get)).text, sample.shown);
      const taken = await inside(restore?.(service.login), whole(dumped.output));
      assert.deepEqual([taken.exitCode, taken.errors], [0, []]);
      assert.match((await inside(client(service.login), sample.get)).text, sample.shown);
      const twice = await inside(restore?.(service.login), whole(dumped.output));
      assert.deepEqual([twice.exitCode, twice.errors], [0, []]);
      assert.match((await inside(client(service.login), sample.get)).text, sample.shown);
    });

    it('counts what is in it', async () => {
      const { exitCode, text, errors } = await inside(kinds[kind].count?.(service.login));
      assert.deepEqual([exitCode, errors, parseCounts(text)], [0, [], sample.counted]);
    });

    it('names what no dump of it carries', async () => {
      const { beyond } = kinds[kind];
      if (!beyond) return;
      assert.equal((await inside(beyond(service.login))).text, '');
      const admin = { ...service.login, user: 'root', password: service.login.adminPassword };
      const asAdmin = kind === 'postgres' ? service.login : admin;
      const made = await inside(client(asAdmin), 'CREATE DATABASE other;\nCREATE ROLE app;\n');
      assert.deepEqual([made.exitCode, made.errors], [0, []]);
      assert.match((await inside(beyond(service.login))).text, /^database other\n(role|user) app\n$/);
      await inside(client(asAdmin), 'DROP DATABASE other;\nDROP ROLE app;\n');
    });

    it('tells facts of itself', async () => {
      const { exitCode, text, errors } = await inside(kinds[kind].facts?.(service.login));
      assert.deepEqual([exitCode, errors], [0, []]);
      const facts = parseFacts(text);
      assert.deepEqual([facts.connections, typeof facts['connections-max']], [0, 'number']);
      assert.ok((facts.size ?? 0) > 1000, text);
      assert.ok((facts.hits ?? 0) > 0, text);
    });

    it('takes no dump that is cut off or none, and has its data as before', async () => {
      const dumped = await inside(dump?.(service.login));
      for (const wrong of [dumped.output.subarray(0, -60), 'this is no dump at all;\n']) {
        assert.notEqual(
          (await inside(restore?.(service.login), whole(wrong))).exitCode,
          0,
          String(wrong).slice(0, 40),
        );
        assert.match((await inside(client(service.login), sample.get)).text, sample.shown);
      }
    });

    it('takes nothing of what breaks off, though it be a dump so far', async () => {
      const { half } = sample;
      if (half === undefined) return;
      assert.notEqual((await inside(restore?.(service.login), half)).exitCode, 0);
      assert.match((await inside(client(service.login), sample.get)).text, sample.shown);
      assert.equal(
        (await inside(restore?.(service.login), whole(half))).exitCode,
        0,
        'all that came, it is one',
      );
    });
  });
}
