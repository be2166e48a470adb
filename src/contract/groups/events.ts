import { z } from 'zod';
import type { Line } from '../../model/line.ts';
import { flag, integer, option, optionalApp } from '../field.ts';
import { operation } from '../operation.ts';
import { listing, out, shortTime } from '../print.ts';

const eventItem = z.object({
  id: z.number().int(),
  at: z.iso.datetime(),
  actor: z.string(),
  operation: z.string(),
  app: z.string().nullable(),
  subject: z.string(),
  /** `ok`, or the code of the failure. */
  outcome: z.string(),
});

export type EventItem = z.infer<typeof eventItem>;

export const events = {
  events: operation({
    summary: 'Show who did what, oldest first',
    examples: ['events', 'events shop -n 20', 'events -t'],
    right: 'app:read',
    mutates: false,
    lasts: true,
    input: {
      app: optionalApp(),
      num: option(integer(1, 10_000, 'The number of events'), {
        help: 'how many of the last (50)',
        placeholder: 'N',
        short: 'n',
      }),
      tail: flag({ help: 'go on with new events until interrupted', short: 't' }),
    },
    /** With `tail` the handler writes all of them as lines (`eventLine`) while it works, and gives none. */
    output: z.array(eventItem).readonly(),
    listing: 'list',
    aliases: ['events:list'],
    show: (items) => listing(items.map(cells)),
  }),
};

/** One event as the line that `events -t` writes. */
export function eventLine(event: EventItem): Line {
  return out(cells(event).join('  '));
}

function cells(event: EventItem): readonly string[] {
  return [shortTime(event.at), event.actor, event.operation, event.app ?? '-', event.outcome, event.subject];
}
