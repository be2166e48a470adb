import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { serviceNameProblem } from '../../model/service.ts';
import { checked, option } from '../field.ts';
import { moment } from '../moment.ts';
import { operation } from '../operation.ts';
import { detail, step } from '../print.ts';
import { backupId } from './service-backups.ts';
import { serviceName } from './service-wishes.ts';

function restore(kind: KindName) {
  return operation({
    summary: `Put a backup in place of the data of a ${serviceKinds[kind].title} service, or into a new one`,
    description:
      'In place, a backup of what is there is made first, and kept. With --into a new service is made, and the other one only read.',
    examples: [
      `${kind}:restore db`,
      `${kind}:restore db 12`,
      `${kind}:restore db 12 --into db-of-monday`,
      `${kind}:restore db --at "2026-01-01 14:05" --into db-of-then`,
    ],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      backup: backupId(),
      into: option(checked(serviceNameProblem), { help: 'a new service', placeholder: 'NEW' }),
      at: option(moment, {
        help: 'as it was at this moment (UTC where no zone is said), of what backup-archive keeps; with --into',
        placeholder: 'TIME',
      }),
    },
    problem: ({ backup, into, at }) =>
      at !== null && (into === null || backup !== null)
        ? 'A moment is restored into a new service: --at TIME --into NEW, without a backup'
        : undefined,
    output: z.object({
      /** Null: of a moment. */
      backup: z.number().int().nullable(),
      service: z.string(),
      safety: z.number().int().nullable(),
    }),
    confirm: ({ name, into }) =>
      into === null
        ? { warning: `This command will replace the data of ${kind} service ${name}.`, expect: name }
        : undefined,
    show: ({ backup: id, service, safety }, { input: { at } }) => [
      step(`${id === null ? `What was at ${at}` : `Backup ${id}`} is in ${kind} service ${service}`),
      ...(safety === null ? [] : [detail(`What was there before is backup ${safety}`)]),
    ],
  });
}

/** Bringing back what services of a kind had. */
export function restoreRows(kind: KindName) {
  return { restore: restore(kind) };
}
