import type { Check, Probe } from './check.ts';
import { formatMilliseconds } from './duration.ts';

/** What a process has to do to be healthy, for people: `GET / answers below 500, within 60.0 s`. */
export function checkText({ probe, window, warnOnly }: Check): string {
  return `${probeText(probe)}, within ${formatMilliseconds(window)}${warnOnly ? ' (only warns)' : ''}`;
}

function probeText(probe: Probe): string {
  if (probe.kind === 'uptime') return `stays up for ${formatMilliseconds(probe.milliseconds)}`;
  if (probe.kind === 'command') return `the command ${probe.argv.join(' ')} ends with 0`;
  if (probe.kind === 'listening') return `listens on ${portText(probe.port)}`;
  const content = probe.content === null ? '' : ` with ${JSON.stringify(probe.content)} in it`;
  return `GET ${probe.path} on ${portText(probe.port)} answers below ${probe.below}${content}`;
}

function portText(port: number | null): string {
  return port === null ? '$PORT' : `port ${port}`;
}
