import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { operation } from '../operation.ts';
import { detail, step } from '../print.ts';
import { serviceName } from './services.ts';

function exportData(kind: KindName) {
  return operation({
    summary: `Write a dump of a ${serviceKinds[kind].title} service to standard output`,
    examples: [`${kind}:export db`],
    right: 'server:admin',
    mutates: false,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ bytes: z.number().int() }),
    show: () => [],
  });
}

function importData(kind: KindName) {
  return operation({
    summary: `Put a dump from standard input in place of the data of a ${serviceKinds[kind].title} service`,
    description: 'A dump that is broken, or that ends too early, changes nothing.',
    examples: [`${kind}:import db < db.dump`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    stdin: true,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ bytes: z.number().int() }),
    show: ({ bytes }, { input }) => [
      step(`Imported into ${kind} service ${input.name}`),
      detail(`${bytes} bytes were read`),
    ],
  });
}

/** The data of services of a kind. */
export function dataRows(kind: KindName) {
  return { export: exportData(kind), import: importData(kind) };
}
