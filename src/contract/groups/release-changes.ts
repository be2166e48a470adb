import { z } from 'zod';
import { app, flag } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, columns, header } from '../print.ts';
import { release } from './releases.ts';

const parts = [
  'image',
  'builder',
  'language',
  'base',
  'revision',
  'config',
  'process',
  'formation',
  'limit',
  'domain',
  'stop-timeout',
  'restart-policy',
  'revision-variable',
] as const;

const difference = z.object({
  part: z.enum(parts),
  name: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  /** Null: not there, or a config value that was not asked for. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});

export type Difference = z.infer<typeof difference>;

export const releaseChanges = {
  'releases:diff': operation({
    summary: 'Show what differs between two releases',
    description: 'Config values are hidden unless --show is given.',
    examples: ['releases:diff shop v3 v5', 'releases:diff --show shop v3 v5'],
    right: 'app:config',
    mutates: false,
    input: {
      app: app(),
      from: release(),
      to: release(),
      show: flag({ help: 'print config values too' }),
    },
    output: z.array(difference).readonly(),
    listing: 'list',
    show: (found, { input }) => [
      header(`${input.app} v${input.from} and v${input.to}`),
      ...(found.length === 0 ? [detail('Nothing differs')] : columns(found.map(cells)).map(detail)),
    ],
  }),
};

function cells({ part, name, change, before, after }: Difference): readonly string[] {
  return [part, name, change, valuesText(before, after)];
}

/** `old -> new`, one side where the other is not there; a further line of a value as `\n`. */
export function valuesText(before: string | null, after: string | null): string {
  const told = [before, after].filter((text) => text !== null);
  return told.join(' -> ').replaceAll('\n', String.raw`\n`);
}
