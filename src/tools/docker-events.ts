import { z } from 'zod';
import type { Docker } from './docker.ts';

const event = z.object({
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

export interface ContainerEvent {
  readonly id: string;
  /** The container's labels, and what Docker adds, such as `exitCode`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface EventQuery {
  /** `start`, `die`, ... */
  readonly event: string;
  readonly labels?: readonly string[];
  readonly container?: string;
  /** Milliseconds since 1970; Docker keeps the last 256 events of all kinds. */
  readonly since: number;
  /** Milliseconds since 1970; without it, events are followed until the signal is aborted. */
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/** Calls back with what happened to containers since a time, and from then on. */
export async function containerEvents(
  docker: Docker,
  query: EventQuery,
  onEvent: (event: ContainerEvent) => void,
): Promise<void> {
  const filters = {
    type: ['container'],
    event: [query.event],
    ...(query.labels ? { label: query.labels } : {}),
    ...(query.container === undefined ? {} : { container: [query.container] }),
  };
  await docker.jsonLines('GET', '/events', {
    query: {
      filters: JSON.stringify(filters),
      since: seconds(query.since),
      until: query.until && seconds(query.until),
    },
    signal: query.signal,
    onValue: (value) => {
      const { Actor } = event.parse(value);
      onEvent({ id: Actor.ID, attributes: Actor.Attributes });
    },
  });
}

/** What Docker still knows of one kind of event of a container, oldest first. */
export async function pastEvents(
  docker: Docker,
  container: string,
  event: string,
): Promise<ContainerEvent[]> {
  const events: ContainerEvent[] = [];
  await containerEvents(docker, { event, container, since: 0, until: Date.now() }, (one) => events.push(one));
  return events;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
