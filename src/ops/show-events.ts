import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../base/clock.ts';
import { eventLine, type EventItem } from '../contract/groups/events.ts';
import type { EventRecord } from '../model/event.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { visibleRecords } from './visible-apps.ts';

const usual = 50;
/** Milliseconds between looks for new events. */
const pause = 300;
/** Most events shown per look. */
const most = 10_000;

export const showEvents: Handler<'events'> = async (deps, call, { num, tail }) => {
  const which = visibleRecords(deps, call);
  const events = deps.store.events.list({ ...which, limit: num ?? usual }).toReversed();
  if (!tail) return events.map(itemOf);
  await follow(deps, call, events);
  return [];
};

/** Writes these and all later ones until the caller is gone. */
async function follow(deps: Deps, call: Call, first: readonly EventRecord[]): Promise<void> {
  let next = first;
  let after = first.at(-1)?.id ?? 0;
  while (!call.signal.aborted) {
    for (const event of next) call.out.out(eventLine(itemOf(event)).text);
    after = next.at(-1)?.id ?? after;
    await sleep(pause, undefined, { signal: call.signal }).catch(() => {});
    next = deps.store.events.list({ ...visibleRecords(deps, call), limit: most, after }).toReversed();
  }
}

function itemOf(event: EventRecord): EventItem {
  return { ...event, at: isoTime(event.at) };
}
