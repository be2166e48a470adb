import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { backupDue, runDueBackups } from './due-backups.ts';
import { dataOf, fill, serviceDb } from '../../test/machine/service-data.ts';
import { recover } from './recover.ts';

const text = 'all of the data, all of the data, all of the data';

/** A machine with the service postgres:db, which has some data. */
async function machine(t: TestContext): Promise<MemoryDeps> {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await call(deps, ['postgres:create', { name: 'db' }]);
  await fill(deps, text);
  return deps;
}

const backup = (deps: MemoryDeps, more: object = {}) =>
  call(deps, ['postgres:backup', { name: 'db', ...more }]);
const list = (deps: MemoryDeps) => call(deps, ['postgres:backups', { name: 'db' }]);
const folder = (deps: MemoryDeps) => join(deps.machine.folder, 'backups/postgres/db');

describe('KIND:backup', () => {
  it('counts once it was restored into a service that is thrown away', async (t) => {
    const deps = await machine(t);
    const made = await backup(deps);
    assert.deepEqual(
      [made.standing, made.dumpBytes, made.place, made.encrypted],
      ['verified', text.length, 'local', false],
    );
    assert.ok(made.bytes > 0 && made.verifySeconds !== null);
    assert.equal(readdirSync(folder(deps)).length, 1);
    assert.deepEqual(await deps.services.list(), [{ kind: 'postgres', name: 'db' }]);
    assert.equal(deps.store.services.all().length, 1);
  });

  it('that is damaged where it is kept is found out', async (t) => {
    const deps = await machine(t);
    const made = await backup(deps, { noVerify: true });
    assert.equal(made.standing, 'not verified yet');
    const file = join(folder(deps), readdirSync(folder(deps))[0] ?? '');
    writeFileSync(file, readFileSync(file).subarray(0, -3));
    const { standing } = await call(deps, ['postgres:backup-verify', { name: 'db' }]);
    assert.match(standing, /^broken: The backup is damaged/);
    assert.deepEqual(await deps.services.list(), [{ kind: 'postgres', name: 'db' }]);
  });

  it('that fails leaves nothing but the reason', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    await failsWith('E_SERVICE_STOPPED', backup(deps));
    const [failed] = await list(deps);
    assert.match(failed?.standing ?? '', /^failed: postgres:db does not run/);
    await failsWith('E_NOT_FOUND', call(deps, ['postgres:restore', { name: 'db' }]));
    await failsWith('E_INPUT', backup(deps, { bucket: 'my-bucket' }));
  });

  it('that was cut off has failed, and nothing of it is left', async (t) => {
    const deps = await machine(t);
    deps.store.backups.begin({
      kind: 'postgres',
      name: 'db',
      object: 'postgres/db/half',
      place: 'local',
      encrypted: false,
      startedAt: 1,
    });
    await backup(deps);
    writeFileSync(join(folder(deps), '.half.part'), 'half');
    const later = deps.restarted();
    await recover(later);
    await later.settled();
    assert.match((await list(later)).at(-1)?.standing ?? '', /^failed: slipwayd ended/);
    assert.ok(!readdirSync(folder(deps)).includes('.half.part'));
  });
});

describe('KIND:destroy', () => {
  it('makes a last backup, of which a service of the same name gets its data back', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    const { backup: last } = await call(deps, ['postgres:destroy', { name: 'db' }]);
    assert.deepEqual(await deps.services.list(), []);
    assert.deepEqual(
      (await list(deps)).map(({ id, standing }) => [id, standing]),
      [[last, 'verified']],
    );
    await call(deps, ['postgres:create', { name: 'db' }]);
    await call(deps, ['postgres:restore', { name: 'db', backup: last }]);
    assert.equal(await dataOf(deps), text);
  });

  it('destroys nothing that cannot be backed up, unless told to', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    deps.services.deaf.add('postgres:db');
    await failsWith('E_SERVICE_NOT_READY', call(deps, ['postgres:destroy', { name: 'db' }]));
    assert.equal((await deps.services.standing({ kind: 'postgres', name: 'db' })).state, 'stopped');
    const done = await call(deps, ['postgres:destroy', { name: 'db', noBackup: true }]);
    assert.equal(done.backup, null);
    await failsWith('E_SERVICE_MISSING', list(deps));
  });
});

describe('KIND:backup-remove', () => {
  it('removes it where it is kept, of a service that is gone too', async (t) => {
    const deps = await machine(t);
    const { id } = await backup(deps);
    const remove = (number: number) => call(deps, ['postgres:backup-remove', { name: 'db', backup: number }]);
    await failsWith('E_NOT_FOUND', remove(id + 1));
    await call(deps, ['postgres:destroy', { name: 'db', noBackup: true }]);
    await remove(id);
    assert.deepEqual(readdirSync(folder(deps)), []);
  });
});

describe('KIND:restore', () => {
  it('puts a backup in place of the data, having made one of that', async (t) => {
    const deps = await machine(t);
    const { id } = await backup(deps);
    await fill(deps, 'spoilt');
    const { safety } = await call(deps, ['postgres:restore', { name: 'db', backup: id }]);
    assert.equal(await dataOf(deps), text);
    await call(deps, ['postgres:restore', { name: 'db', backup: safety }]);
    assert.equal(await dataOf(deps), 'spoilt');
  });

  it('makes a new service of it, and leaves the other alone', async (t) => {
    const deps = await machine(t);
    await backup(deps);
    await fill(deps, 'newer');
    await call(deps, ['postgres:restore', { name: 'db', into: 'monday' }]);
    assert.deepEqual([await dataOf(deps, 'monday'), await dataOf(deps)], [text, 'newer']);
    await failsWith('E_EXISTS', call(deps, ['postgres:restore', { name: 'db', into: 'monday' }]));
    deps.services.deaf.add('postgres:tuesday');
    await failsWith('E_SERVICE_NOT_READY', call(deps, ['postgres:restore', { name: 'db', into: 'tuesday' }]));
    assert.equal(deps.store.services.all().length, 2);
  });

  it('reads what is encrypted by the passphrase that is set, and by no other', async (t) => {
    const deps = await machine(t);
    const encrypt = (passphrase: string) =>
      call(deps, ['postgres:backup-set-encryption', { name: 'db', passphrase }]);
    await encrypt('correct horse battery');
    const made = await backup(deps);
    assert.deepEqual([made.encrypted, made.standing], [true, 'verified']);
    const file = readFileSync(join(folder(deps), readdirSync(folder(deps))[0] ?? ''));
    assert.match(file.subarray(0, 30).toString(), /^age-encryption\.org/);
    await encrypt('another passphrase');
    await failsWith('E_BACKUP_KEY', call(deps, ['postgres:restore', { name: 'db', into: 'copy' }]));
    assert.equal(deps.store.services.all().length, 1);
    assert.deepEqual(await call(deps, ['postgres:backup-unset-encryption', { name: 'db' }]), {
      changed: true,
    });
    assert.deepEqual(await call(deps, ['postgres:backup-unset-encryption', { name: 'db' }]), {
      changed: false,
    });
  });
});

describe('A schedule', () => {
  it('makes backups by itself, verified, and keeps as many as it says', async (t) => {
    const deps = await machine(t);
    const service = serviceDb(deps);
    assert.equal(backupDue(deps, service), null);
    const plan = { name: 'db', schedule: '* * * * *', keep: 'last=2' };
    await call(deps, ['postgres:backup-schedule', plan]);
    for (let at = 0; at < 4; at += 1) {
      while ((backupDue(deps, service) ?? 0) > deps.clock.now());
      await runDueBackups(deps);
    }
    const kept = await list(deps);
    assert.deepEqual(
      kept.map(({ standing }) => standing),
      ['verified', 'verified'],
    );
    assert.equal(readdirSync(folder(deps)).length, 2);
    const events = deps.store.events.list({ limit: 50 }).filter(({ actor }) => actor === 'slipway');
    assert.deepEqual(
      [...new Set(events.map(({ operation, outcome }) => `${operation} ${outcome}`))],
      ['postgres:backup ok'],
    );
    await call(deps, ['postgres:backup-unschedule', { name: 'db' }]);
    assert.equal(backupDue(deps, service), null);
  });

  it('is an event where a backup fails', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:backup-schedule', { name: 'db', schedule: '* * * * *' }]);
    await deps.services.remove({ kind: 'postgres', name: 'db' }, { data: false });
    const service = serviceDb(deps);
    while ((backupDue(deps, service) ?? 0) > deps.clock.now());
    await runDueBackups(deps);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.outcome], ['postgres:backup', 'E_SERVICE_STOPPED']);
  });
});
