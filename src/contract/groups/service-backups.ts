import { z } from 'zod';
import { Secret } from '../../base/secret.ts';
import { failure } from '../../model/failures.ts';
import { parseSchedule } from '../../model/backup-schedule.ts';
import { parseRetention } from '../../model/backup-retention.ts';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { formatBytes } from '../../model/size.ts';
import { checked, integer, option, optionalWord, readBy, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, header, listing, shortTime, step, warning } from '../print.ts';
import { serviceName } from './service-wishes.ts';

const backup = z.object({
  id: z.number().int(),
  startedAt: z.iso.datetime(),
  place: z.string(),
  encrypted: z.boolean(),
  state: z.enum(['making', 'made', 'failed']),
  dumpBytes: z.number(),
  bytes: z.number(),
  /** `verified`, or why it is not. */
  standing: z.string(),
  verifiedAt: z.iso.datetime().nullable(),
  /** How long the restore took. */
  verifySeconds: z.number().nullable(),
});

export type BackupItem = z.infer<typeof backup>;

function readKeep(text: string): string {
  parseRetention(text);
  return text;
}

function bucketProblem(bucket: string): string | undefined {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)
    ? undefined
    : `${JSON.stringify(bucket.slice(0, 80))} is not the name of a bucket: 3 to 63 lowercase letters, digits, dots and dashes`;
}

export const bucket = () =>
  optionalWord(checked(bucketProblem), {
    help: 'the bucket at the storage of backup-auth; without it the disk of this machine',
    placeholder: 'BUCKET',
  });

function readKey(text: string): Secret {
  if (!/^[\x21-\x7e]{3,200}$/.test(text))
    throw failure('E_INPUT', 'A key has visible characters of ASCII only');
  return new Secret(text);
}

function accessKeyProblem(key: string): string | undefined {
  return /^[A-Za-z0-9_-]{3,128}$/.test(key) ? undefined : 'That is not an access key';
}

function regionProblem(region: string): string | undefined {
  return /^[a-z0-9-]{1,40}$/.test(region) ? undefined : 'A region looks like eu-central-1';
}

function endpointProblem(endpoint: string): string | undefined {
  const url = URL.parse(endpoint);
  const fine =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    /^https?:\/\/[A-Za-z0-9.:[\]-]+\/?$/.test(endpoint);
  return fine ? undefined : 'The address of a storage looks like https://s3.example.com';
}

function readPassphrase(text: string): Secret {
  if (text.length < 8 || text.length > 200 || /\p{Cc}/u.test(text))
    throw failure('E_INPUT', 'A passphrase has 8 to 200 characters, none of them a control character');
  return new Secret(text);
}

const changed = z.object({ changed: z.boolean() });

function make(kind: KindName) {
  return operation({
    summary: `Back up a ${serviceKinds[kind].title} service, and restore the backup to see that it can be`,
    description:
      'The backup is restored into a service that is thrown away, and what is in it compared with what was counted: only then it counts. --no-verify leaves that out.',
    examples: [`${kind}:backup db`, `${kind}:backup db my-bucket`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      bucket: bucket(),
      noVerify: {
        place: 'flag',
        schema: z.boolean().default(false),
        placeholder: '',
        help: 'do not restore it',
      },
    },
    output: backup,
    show: ({ id, dumpBytes, bytes, place, standing }) => [
      step(`Backup ${id} is made: ${formatBytes(dumpBytes)}, ${formatBytes(bytes)} kept (${place})`),
      standing.startsWith('broken') ? warning(standing) : detail(standing),
    ],
    exit: ({ standing }) => (standing.startsWith('broken') ? 1 : 0),
  });
}

function verify(kind: KindName) {
  return operation({
    summary: 'Restore a backup into a service that is thrown away, and compare what is in it',
    examples: [`${kind}:backup-verify db`, `${kind}:backup-verify db 12`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind), backup: backupId() },
    output: backup,
    exit: ({ standing }) => (standing.startsWith('verified') ? 0 : 1),
    show: ({ id, standing, verifySeconds }) => [
      standing.startsWith('verified')
        ? step(`Backup ${id} is whole (${verifySeconds} s)`)
        : warning(standing),
    ],
  });
}

export function backupId() {
  return optionalWord(integer(1, 2 ** 40, 'The number of a backup'), {
    help: 'its number in backups; the newest one without it',
    placeholder: 'BACKUP',
  });
}

function list(kind: KindName) {
  return operation({
    summary: `List the backups of a ${serviceKinds[kind].title} service, of one that was destroyed too`,
    examples: [`${kind}:backups db`, `${kind}:backups db --format json`],
    right: 'server:admin',
    mutates: false,
    service: kind,
    serviceMayBeMissing: true,
    input: { name: serviceName(kind) },
    output: z.array(backup).readonly(),
    listing: 'list',
    show: (items, { input, quiet }) => [
      header(`Backups of ${input.name}`),
      ...listing([
        ...(quiet ? [] : [['ID', 'MADE', 'DUMP', 'KEPT', 'WHERE', 'STANDING']]),
        ...items.map((item) => [
          String(item.id),
          shortTime(item.startedAt),
          formatBytes(item.dumpBytes),
          formatBytes(item.bytes),
          item.encrypted ? `${item.place} (encrypted)` : item.place,
          item.verifySeconds === null ? item.standing : `${item.standing} (${item.verifySeconds} s)`,
        ]),
      ]),
    ],
  });
}

function remove(kind: KindName) {
  return operation({
    summary: 'Remove a backup from where it is kept',
    examples: [`${kind}:backup-remove db 12`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    serviceMayBeMissing: true,
    input: {
      name: serviceName(kind),
      backup: word(integer(1, 2 ** 40, 'The number of a backup'), {
        help: 'its number in backups',
        placeholder: 'BACKUP',
      }),
    },
    output: z.object({ id: z.number().int() }),
    confirm: ({ name, backup: id }) => ({
      warning: `This command will remove backup ${id} of ${kind} service ${name}.`,
      expect: name,
    }),
    show: ({ id }) => [step(`Removed backup ${id}`)],
  });
}

function auth(kind: KindName) {
  return operation({
    summary: 'Set the login to S3-compatible storage, which is tried with the bucket of the next backup',
    examples: [
      `${kind}:backup-auth db ACCESSKEY SECRETKEY eu-central-1`,
      `${kind}:backup-auth db ACCESSKEY SECRETKEY us-east-1 https://s3.example.com`,
    ],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: {
      name: serviceName(kind),
      accessKey: word(checked(accessKeyProblem), { help: 'the access key', placeholder: 'ACCESS-KEY' }),
      secretKey: word(readBy(readKey), { help: 'the secret key', placeholder: 'SECRET-KEY' }),
      region: optionalWord(checked(regionProblem), {
        help: 'the region; us-east-1 without it',
        placeholder: 'REGION',
      }),
      endpoint: optionalWord(checked(endpointProblem), {
        help: 'the address of a storage that is not of AWS',
        placeholder: 'ENDPOINT',
      }),
    },
    output: changed,
    subject: ({ name, accessKey }) => `${name} ${accessKey}`,
    show: () => [step('The login is kept')],
  });
}

/** A command that takes a setting of the backups away. */
function clearer(kind: KindName, name: string, summary: string) {
  return operation({
    summary,
    examples: [`${kind}:${name} db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: { name: serviceName(kind) },
    output: changed,
    show: (output) => [output.changed ? step('Done') : detail('There was none')],
  });
}

function schedule(kind: KindName) {
  return operation({
    summary: 'Back a service up by itself, at the times of a line of cron (UTC), each backup verified',
    examples: [
      `${kind}:backup-schedule db "0 3 * * *"`,
      `${kind}:backup-schedule db "0 3 * * *" my-bucket --keep daily=7,weekly=4,monthly=6`,
    ],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: {
      name: serviceName(kind),
      schedule: word(readBy(parseSchedule), { help: 'five fields, as cron has them', placeholder: 'CRON' }),
      bucket: bucket(),
      keep: option(readBy(readKeep), {
        help: 'how many are kept, such as daily=7,weekly=4,monthly=6; all without it',
        placeholder: 'KEEP',
      }),
    },
    output: z.object({ next: z.iso.datetime() }),
    show: ({ next }) => [step(`The next backup is made at ${shortTime(next)}`)],
  });
}

/** The commands of backups of a kind. */
export function backupRows(kind: KindName) {
  return {
    backup: make(kind),
    'backup-verify': verify(kind),
    backups: list(kind),
    'backup-remove': remove(kind),
    'backup-auth': auth(kind),
    'backup-deauth': clearer(kind, 'backup-deauth', 'Forget the login to S3-compatible storage'),
    'backup-schedule': schedule(kind),
    'backup-unschedule': clearer(kind, 'backup-unschedule', 'Make no more backups by itself'),
    'backup-set-encryption': operation({
      summary: 'Encrypt further backups by a passphrase, which is needed to restore them elsewhere',
      description: 'The format is that of age: `age -d FILE | zstd -d` gives the dump.',
      examples: [`${kind}:backup-set-encryption db 'correct horse battery'`],
      right: 'server:admin',
      mutates: true,
      service: kind,
      input: {
        name: serviceName(kind),
        passphrase: word(readBy(readPassphrase), { help: 'the passphrase', placeholder: 'PASSPHRASE' }),
      },
      output: changed,
      subject: ({ name }) => name,
      show: () => [step('Further backups are encrypted')],
    }),
    'backup-unset-encryption': clearer(
      kind,
      'backup-unset-encryption',
      'Encrypt further backups no more; those that are encrypted stay so',
    ),
  };
}
