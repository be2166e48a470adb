import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { S3Server } from '../../../test/machine/s3-server.ts';
import { Failure } from '../../base/failure.ts';
import { backupTargetContract } from '../backup-target.contract.ts';
import { S3Target } from './s3-target.ts';

let server: S3Server;

before(async () => {
  server = await S3Server.start(['backups']);
});
after(() => server.stop());

backupTargetContract('s3', async () => {
  const own = await S3Server.start(['backups']);
  return { target: new S3Target(own.login('backups'), { ca: '' }), close: () => own.stop() };
});

/** What a place fails with. */
async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

test('A wrong key, a missing bucket and a storage that is not there are told apart.', async () => {
  const wrong = await failureOf(new S3Target(server.login('backups', 'WRONG'), { ca: '' }).check());
  assert.equal(wrong.code, 'E_BACKUP_TARGET');
  assert.match(wrong.message, /refuses S3RVER for the bucket backups: SignatureDoesNotMatch/);
  const missing = await failureOf(new S3Target(server.login('nowhere'), { ca: '' }).check());
  assert.match(missing.message, /has no bucket nowhere/);
  const nobody = { ...server.login('backups'), endpoint: 'http://127.0.0.1:1' };
  const down = await failureOf(new S3Target(nobody, { ca: '' }).check());
  assert.match(down.message, /127\.0\.0\.1:1 does not answer/);
});

test('A storage that goes away in the middle fails the backup, and nothing of it is listed.', async () => {
  const going = await S3Server.start(['backups']);
  const target = new S3Target(going.login('backups'), { ca: '' });
  const stop = new AbortController();
  const dump = async function* () {
    yield randomBytes(20 * 2 ** 20);
    await going.stop();
    setTimeout(() => stop.abort(new Error('long enough')), 1500);
    yield randomBytes(20 * 2 ** 20);
  };
  await assert.rejects(target.write('redis/cut/a', Readable.from(dump()), { signal: stop.signal }));
});
