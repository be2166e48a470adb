import { labels } from '../../model/names.ts';
import { processName } from '../../model/process.ts';
import type { Docker } from '../../tools/docker.ts';
import { listContainers, readLog } from '../../tools/docker-containers.ts';
import { containerEvents } from '../../tools/docker-events.ts';
import type { LogLine } from '../engine.ts';
import { LogFollower, type LogSource } from './log-follower.ts';

export interface LogRequest {
  /** Labels of the containers, `name=value`. */
  readonly filter: readonly string[];
  /** The last so many lines over all containers. */
  readonly lines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Log lines of containers: the last ones by time, then, when asked for, each new one until the signal is aborted. */
export async function appLogs(
  docker: Docker,
  request: LogRequest,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const follower = new LogFollower(docker, request.signal, onLine);
  const now = Date.now();
  const found = await listContainers(docker, request.filter);
  const sources = found.map((row) => logSource(row.Id, row.Labels));
  const lines = await linesOf(docker, sources, request);
  for (const line of mergeByTime(lines.flat()).slice(-request.lines)) onLine(line);
  if (!request.follow) return;

  const start = request.lines > 0 ? '' : new Date(now).toISOString();
  for (const [at, source] of sources.entries()) follower.follow(source, lines[at]?.at(-1)?.time ?? start);
  const started = { event: 'start', labels: request.filter, since: now, signal: follower.signal };
  await containerEvents(docker, started, ({ id, attributes }) => follower.follow(logSource(id, attributes)));
}

/** By time; lines of the same time stay in their order. Docker's times have all the same length, so text compares them. */
export function mergeByTime(lines: readonly LogLine[]): LogLine[] {
  return lines.toSorted((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
}

/** The last lines of each source. */
async function linesOf(
  docker: Docker,
  sources: readonly LogSource[],
  request: LogRequest,
): Promise<LogLine[][]> {
  if (request.lines === 0) return [];
  return Promise.all(
    sources.map(async ({ id, process }) => {
      const lines: LogLine[] = [];
      await readLog(docker, id, {
        tail: request.lines,
        signal: request.signal,
        onLine: (line) => lines.push({ ...line, process }),
      });
      return lines;
    }),
  );
}

function logSource(id: string, of: Readonly<Record<string, string>>): LogSource {
  return { id, process: processName({ type: of[labels.type] ?? '', index: Number(of[labels.index]) }) };
}
