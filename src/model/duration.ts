import { counted } from './counted.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took: `0.42 s`, `3.1 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 0.995 * second) return `${(Math.max(milliseconds, 0) / second).toFixed(2)} s`;
  if (milliseconds < 59.95 * second) return `${(milliseconds / second).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / second);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const steps: readonly (readonly [length: number, name: string])[] = [
  [365 * day, 'year'],
  [30 * day, 'month'],
  [day, 'day'],
  [hour, 'hour'],
  [minute, 'minute'],
  [second, 'second'],
];

/** How long ago something was, in whole units rounded down: `3 minutes ago`, `1 day ago`, `just now`. */
export function formatAge(milliseconds: number): string {
  for (const [length, name] of steps) {
    const count = Math.floor(milliseconds / length);
    if (count >= 1) return `${counted(count, name)} ago`;
  }
  return 'just now';
}
