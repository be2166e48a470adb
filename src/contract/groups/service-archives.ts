import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { integer, option } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, out, step } from '../print.ts';
import { bucket } from './service-backups.ts';
import { serviceName } from './service-wishes.ts';

function archive(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `Keep every change of a ${title} service, so that it can be restored to any moment`,
    description:
      'All of its files once a day, and what is written all the time, at most a minute late: on the disk of this machine or in a bucket, encrypted where that is set. It is started anew for that. restore --at makes a new service of it.',
    examples: [`${kind}:backup-archive db`, `${kind}:backup-archive db my-bucket --keep 14`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      bucket: bucket(),
      keep: option(integer(1, 366, 'The number of days'), {
        help: 'days back that can be restored (7)',
        placeholder: 'DAYS',
      }),
    },
    output: z.object({ place: z.string(), keepDays: z.number().int() }),
    show: ({ place, keepDays }, { input: { name } }) => [
      step(`Every change of ${kind} service ${name} is kept for ${keepDays} days (${place})`),
      detail(`slipway ${kind}:restore ${name} --at TIME --into NEW restores a moment from now on`),
    ],
  });
}

function unarchive(kind: KindName) {
  return operation({
    summary: `Keep the changes of a ${serviceKinds[kind].title} service no more, and remove what was kept`,
    description: 'It is started anew for that. Its backups stay.',
    examples: [`${kind}:backup-unarchive db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ changed: z.boolean() }),
    confirm: ({ name }) => ({
      warning: `This command will remove all that was kept of the changes of ${kind} service ${name}.`,
      expect: name,
    }),
    show: ({ changed }, { input: { name } }) =>
      changed
        ? [step(`The changes of ${kind} service ${name} are not kept any more`)]
        : [out('Nothing changed')],
  });
}

/** Keeping every change of services of a kind. */
export function archiveRows(kind: KindName) {
  return { 'backup-archive': archive(kind), 'backup-unarchive': unarchive(kind) };
}
