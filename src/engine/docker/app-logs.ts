import { lastOf } from '../../base/last-of.ts';
import { mergeByTime, type LogLine } from '../../model/log-line.ts';
import { labels } from '../../model/names.ts';
import { processName } from '../../model/process.ts';
import type { Docker } from '../../tools/docker.ts';
import { listContainers, readLog } from '../../tools/docker-containers.ts';
import { containerEvents } from '../../tools/docker-events.ts';
import type { LogQuery, LogReader, ProcessLine, ReadLog } from '../engine.ts';
import { LogFollower, type LogSource } from './log-follower.ts';

export interface LogRequest {
  readonly query: LogQuery;
  /** Labels of the containers, `name=value`. */
  readonly filter: readonly string[];
  readonly signal: AbortSignal;
  /** The followers at work: a container that one of them reads is not removed. */
  readonly followers: Set<LogFollower>;
}

/** Log lines of containers: the last ones by time, then, when asked for, each new one until the signal is aborted. */
export async function appLogs(docker: Docker, request: LogRequest, reader: LogReader): Promise<void> {
  const { query, filter, signal, followers } = request;
  const now = Date.now();
  const found = await listContainers(docker, filter);
  const sources = found.map((row) => logSource(row.Id, row.Labels));
  const read = await Promise.all(sources.map((source) => pastLines(docker, source, request)));
  reader.past(mergeByTime(read.flatMap(({ lines }) => lines)).slice(-query.lines));
  if (!query.follow) return;

  const passes = query.passes ?? (() => true);
  const follower = new LogFollower(docker, signal, (line) => passes(line) && reader.next(line));
  followers.add(follower);
  try {
    for (const [at, source] of sources.entries()) follower.follow(source, read[at]?.end);
    const started = { event: 'start', labels: filter, since: now, signal: follower.signal };
    await containerEvents(docker, started, ({ id, attributes }) =>
      follower.follow(logSource(id, attributes)),
    );
  } finally {
    followers.delete(follower);
  }
}

/** The whole log of a container. */
export function wholeLog(docker: Docker, source: LogSource): ReadLog {
  return async (onLines) => {
    const lines: LogLine[] = [];
    const hand = () => onLines(lines.splice(0));
    const onLine = (line: Omit<LogLine, 'process'>) => void lines.push({ ...line, process: source.process });
    await readLog(docker, source.id, { onLine, onPause: hand });
    await hand();
  };
}

/** The last lines of one container that are asked for, and the time of the last one that was read for it. */
async function pastLines(
  docker: Docker,
  { id, process }: LogSource,
  { query, signal }: LogRequest,
): Promise<{ readonly lines: readonly ProcessLine[]; readonly end: string }> {
  const { lines, since, passes } = query;
  if (lines === 0) return { lines: [], end: new Date().toISOString() };
  const last = lastOf<ProcessLine>(lines);
  let end = since ?? '';
  await readLog(docker, id, {
    // Docker counts back from the end before it looks at times.
    ...(since === undefined && passes === undefined ? { tail: lines } : {}),
    since,
    signal,
    onLine: (line) => {
      end = line.time;
      const whole = { ...line, process, id };
      if (passes?.(whole) ?? true) last.add(whole);
    },
  });
  return { lines: last.all(), end };
}

function logSource(id: string, of: Readonly<Record<string, string>>): LogSource {
  return { id, process: processName({ type: of[labels.type] ?? '', index: Number(of[labels.index]) }) };
}
