import { Cron } from 'croner';
import { failure } from './failures.ts';

/** The line as it is. Throws E_INPUT for one that cron would not take, or that never comes. */
export function parseSchedule(text: string): string {
  const hint = 'five fields: minute, hour, day of the month, month, day of the week, such as "0 3 * * *"';
  const isLine = /^[0-9A-Za-z*/,-]+( +[0-9A-Za-z*/,-]+){4}$/.test(text);
  if (!isLine || next(text, 0) === null)
    throw failure('E_INPUT', `${JSON.stringify(text.slice(0, 80))} is no schedule of cron`, { hint });
  return text;
}

/** When a schedule comes next after a time, in UTC. Both are milliseconds since 1970. */
export function nextRun(schedule: string, after: number): number {
  const found = next(schedule, after);
  if (found === null) throw new Error(`the schedule ${schedule} never comes`);
  return found;
}

function next(schedule: string, after: number): number | null {
  try {
    return new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun(new Date(after))?.getTime() ?? null;
  } catch {
    return null; // What croner throws for a line that it does not take is told by the caller.
  }
}
