import type { LogQuery, LogReader, ProcessLine } from '../engine/engine.ts';
import type { InputOf } from '../contract/operations.ts';
import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import { failure } from '../model/failures.ts';
import { type LogFilter, parseMoment, passesFilter } from '../model/log-filter.ts';
import { type LogLine, mergeByTime, showLogLine } from '../model/log-line.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { shortId } from './kept-file.ts';

const usual = 100;
/** For those who name a time or a request, which tells already how much they want to see. */
const many = 10_000;

export const showLogs: Handler<'logs'> = async (deps, call, input) => {
  const filter = filterOf(deps, input);
  const lines = input.num ?? (input.since === null && input.request === null ? usual : many);
  const show = (line: LogLine) => call.out.out(showLogLine(line));
  await readLog(deps, call, { filter, lines, follow: input.tail, show });
  return null;
};

function filterOf(deps: Deps, input: InputOf<'logs'>): LogFilter {
  const [type, index] = input.ps?.split('.') ?? [];
  const moment = (text: string | null) => (text === null ? undefined : parseMoment(text, deps.clock.now()));
  return {
    type,
    index: index === undefined ? undefined : Number(index),
    since: moment(input.since),
    until: moment(input.until),
    words: [...(input.grep ?? '').split(/\s+/), input.request ?? ''].filter((word) => word !== ''),
  };
}

interface Reading {
  readonly filter: LogFilter;
  readonly lines: number;
  readonly follow: boolean;
  readonly show: (line: LogLine) => void;
}

/**
 * The last lines of all processes, gone or not, by time, then each new one. The log of a process that goes meanwhile is
 * in both places for a moment, and all of it where it is kept: what is there is not taken from the engine as well.
 */
async function readLog(deps: Deps, call: Call, reading: Reading): Promise<void> {
  const { filter, lines, follow, show } = reading;
  const app = appOf(call);
  const failed = new AbortController();
  const waiting: ProcessLine[] = [];
  let isNew: ((line: Pick<ProcessLine, 'id' | 'time'>) => boolean) | undefined;
  const requests = followRequests(deps, app, reading);
  const showPast = async (live: readonly ProcessLine[]) => {
    const kept = await deps.appLogs.last(app.id, { ...filter, lines });
    isNew = (line) => line.time > (kept.ends.get(shortId(line.id)) ?? '');
    mergeByTime([...kept.lines, ...live.filter(isNew)])
      .slice(-lines)
      .forEach(show);
    waiting.splice(0).filter(isNew).forEach(show);
    requests.show(kept.lines);
  };
  let past = Promise.resolve();
  const reader: LogReader = {
    past(live) {
      past = showPast(live);
      past.catch((error: unknown) => failed.abort(error));
    },
    next(line) {
      if (!isNew) waiting.push(line);
      else if (isNew(line)) show(line);
    },
  };
  const query = { ...engineQuery(app, filter), lines, follow };
  try {
    await deps.engine.logs(query, reader, AbortSignal.any([call.signal, failed.signal]));
    await past;
  } finally {
    requests.end();
  }
}

/** New requests from now on: they wait until `show` is told what was shown already, each is shown once. */
function followRequests(deps: Deps, app: App, { filter, follow, show }: Reading) {
  let waiting: LogLine[] | null = [];
  const next = (line: LogLine) => {
    if (!passesFilter(filter, line)) return;
    if (waiting) waiting.push(line);
    else show(line);
  };
  const end = follow ? deps.requestLog.follow(app.id, next) : () => {};
  return {
    end,
    show(shown: readonly LogLine[]) {
      const known = new Set(shown.map(showLogLine));
      const late = waiting ?? [];
      waiting = null;
      late.filter((line) => !known.has(showLogLine(line))).forEach(show);
    },
  };
}

/** The engine is told no more than it needs: it reads the end of a log faster where it has not to look at each line. */
function engineQuery(app: App, filter: LogFilter): Omit<LogQuery, 'lines' | 'follow'> {
  const { type, index, since, until, words } = filter;
  const all = until === undefined && words.length === 0;
  const passes = (line: LogLine) => passesFilter(filter, line);
  return { app: app.name, type, index, since, ...(all ? {} : { passes }) };
}

/** What the processes of the last failed deploy printed, and what it failed with. */
export const showFailedLogs: Handler<'logs:failed'> = async (deps, call, { num }) => {
  const app = appOf(call);
  const deploy = lastFailed(deps, app);
  const query = { words: [], lines: num ?? usual, deploy: deploy.id };
  const { lines } = await deps.appLogs.last(app.id, query);
  return { deploy: deploy.id, failure: deploy.failure, lines: lines.map(showLogLine) };
};

/** As many deploys as are looked through for one that failed. */
const looked = 200;

function lastFailed(deps: Deps, app: App): Deploy {
  const found = deps.store.deploys.list(app, looked).find(({ state }) => state === 'failed');
  if (found) return found;
  throw failure('E_NOT_FOUND', `No deploy of ${app.name} has failed`, {
    hint: `slipway deploys ${app.name}`,
  });
}
