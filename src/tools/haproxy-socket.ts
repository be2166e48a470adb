import { connect } from 'node:net';
import { messageOf } from '../base/failure.ts';
import type { Secret } from '../base/secret.ts';
import { batches, plainWord, stepsOf, type HaproxyCommand } from './haproxy-command.ts';
import { parseCounters, type BackendCounters } from './haproxy-counters.ts';
import {
  parseSessions,
  parseStagedSessions,
  type ServerPlace,
  type StagedSession,
  type WorkerSession,
} from './haproxy-sessions.ts';

/** HAProxy could not be reached (`down`), or did not do what a command told it. */
export class HaproxyError extends Error {
  readonly down: boolean;

  constructor(message: string, more: { down?: boolean; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'HaproxyError';
    this.down = more.down ?? false;
  }
}

export interface HaproxyWorkers {
  readonly current: number;
  /** Workers of before a reload that still have connections. */
  readonly old: readonly number[];
}

export interface WorkerServer extends ServerPlace {
  /** In maintenance: takes no new requests. */
  readonly leaving: boolean;
}

/** Milliseconds that HAProxy may be silent. */
const patience = 5000;

/**
 * The socket of HAProxy's master process, which reaches each worker by its pid, also those of before a reload.
 * Source: management guide of HAProxy 2.6, 9.3 "Unix Socket commands" and 9.4 "Master CLI". Throws HaproxyError.
 */
export class HaproxyMaster {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async workers(): Promise<HaproxyWorkers> {
    const sections = (await ask(this.#path, 'show proc')).split('\n# ');
    const current = pids(sections, 'workers')[0];
    if (current === undefined) throw new HaproxyError('HAProxy has no worker yet', { down: true });
    return { current, old: pids(sections, 'old workers') };
  }

  /** Loads the configuration anew. The command returns before that is done, or has failed. */
  async reload(): Promise<void> {
    await ask(this.#path, 'reload');
  }

  /** Makes changes in order. Throws at the first that was not done; some after it may have been done. */
  async change(pid: number, commands: readonly HaproxyCommand[]): Promise<void> {
    for (const batch of batches(commands.flatMap(stepsOf))) {
      const replies = await this.#send(
        pid,
        batch.map((step) => step.text),
        batch[0]?.payload,
      );
      for (const [index, step] of batch.entries()) {
        const reply = replies[index] ?? 'nothing';
        if (step.isDone(reply)) continue;
        throw new HaproxyError(`HAProxy answered "${reply}" to: ${step.text}`);
      }
    }
  }

  /** Deletes a server that is in maintenance; false while it has connections. One that is gone already is deleted. */
  async deleteServer(pid: number, place: ServerPlace): Promise<boolean> {
    if (await this.#deleted(pid, [{ kind: 'delete-server', ...place }])) return true;
    const [connections] = await this.#send(pid, [`show servers conn ${plainWord(place.backend)}`]);
    if (usedConnections(connections ?? '', place) > 0) return false;
    // Only pooled idle connections are left. Entering maintenance closes those, so it is entered once more:
    // by itself HAProxy 2.6 takes more than 20 seconds to purge what became idle after the first time.
    return this.#deleted(pid, [
      { kind: 'drain', ...place },
      { kind: 'maintenance', ...place },
      { kind: 'delete-server', ...place },
    ]);
  }

  /** Number of backends whose name begins so. */
  async countBackends(pid: number, prefix: string): Promise<number> {
    const [reply] = await this.#send(pid, ['show backend']);
    return lines(reply).filter((name) => name.startsWith(prefix)).length;
  }

  /** Servers of all backends. */
  async servers(pid: number): Promise<WorkerServer[]> {
    const [reply] = await this.#send(pid, ['show servers state']);
    return lines(reply).flatMap((line) => {
      // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state ...
      const [, backend, , server, , , admin] = line.split(' ');
      if (line.startsWith('#') || backend === undefined || server === undefined) return [];
      return [{ backend, server, leaving: admin !== '0' }];
    });
  }

  /** Entries of a map in the order they have. */
  async map(pid: number, path: string): Promise<[key: string, value: string][]> {
    const [reply] = await this.#send(pid, [`show map ${plainWord(path)}`]);
    return lines(reply).flatMap((line): [string, string][] => {
      const [address, key, value] = line.split(' ');
      // A worker of an older configuration knows no such map, and says so.
      const isEntry = address?.startsWith('0x') && key !== undefined && value !== undefined;
      return isEntry ? [[key, value]] : [];
    });
  }

  /** The list of certificates as it is served, in the form of its file. */
  async certificateList(pid: number, list: string): Promise<string> {
    const [reply] = await this.#send(pid, [`show ssl crt-list ${plainWord(list)}`]);
    return reply ?? '';
  }

  /** What one backend, or each of them, has counted since the worker began. */
  async counters(pid: number, backend?: string): Promise<ReadonlyMap<string, BackendCounters>> {
    // Type 2: the backends themselves, without their servers.
    const which = backend === undefined ? '-1' : plainWord(backend);
    return parseCounters((await this.#send(pid, [`show stat ${which} 2 -1`]))[0] ?? '');
  }

  /** Requests and tunnels that are open to a server. Takes time with thousands of them. */
  async sessions(pid: number): Promise<WorkerSession[]> {
    return parseSessions((await this.#send(pid, ['show sess']))[0] ?? '');
  }

  /** The same with what each is about; 3 KB of text for each of them. */
  async stagedSessions(pid: number): Promise<StagedSession[]> {
    return parseStagedSessions((await this.#send(pid, ['show sess all'])).join('\n'));
  }

  /** Cuts sessions; those that ended meanwhile are fine. Works in old workers too, unlike `shutdown sessions server`. */
  async closeSessions(pid: number, sessions: readonly WorkerSession[]): Promise<void> {
    for (const { id } of sessions) await this.#send(pid, [`shutdown session ${plainWord(id)}`]);
  }

  /** `stopping`: the worker was replaced by a reload and takes no new connections. */
  async info(pid: number): Promise<{ readonly version: string; readonly stopping: boolean }> {
    const [reply] = await this.#send(pid, ['show info']);
    const field = (name: string) =>
      lines(reply)
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    return { version: field('Version') ?? 'unknown', stopping: field('Stopping') !== '0' };
  }

  async #deleted(pid: number, commands: readonly HaproxyCommand[]): Promise<boolean> {
    const replies = await this.#send(
      pid,
      commands.flatMap(stepsOf).map((step) => step.text),
    );
    const last = replies.at(-1) ?? '';
    return last === 'Server deleted.' || last === 'No such server.' || last === 'No such backend.';
  }

  /** One connection, one line, one reply for each command; a payload follows the line of a single one. */
  async #send(pid: number, commands: readonly string[], payload?: Secret): Promise<string[]> {
    const line = commands.map((command) => `@!${pid} ${command}`).join('; ');
    const more = payload === undefined ? '' : ` <<\n${payload.reveal().trimEnd()}\n`;
    const text = await ask(this.#path, line + more);
    if (text.startsWith("Can't find the target PID"))
      throw new HaproxyError(`Worker ${pid} is gone`, { down: true });
    return splitReplies(text);
  }
}

/** A reply is any number of lines, none of them empty, and an empty line at its end. */
function splitReplies(text: string): string[] {
  const replies: string[] = [];
  let open: string[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    if (line !== '') open.push(line);
    else {
      replies.push(open.join('\n'));
      open = [];
    }
  }
  return replies;
}

function lines(reply: string | undefined): string[] {
  return reply === undefined || reply === '' ? [] : reply.split('\n');
}

/** From `show proc`: a section's heading, then one line a process that begins with its pid. */
function pids(sections: readonly string[], heading: string): number[] {
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^(\d+) /gm)].map((found) => Number(found[1]));
}

/** From `show servers conn`: bkname/svname bkid/svid addr port - purge_delay used_cur ... */
function usedConnections(reply: string, place: ServerPlace): number {
  const line = lines(reply).find((text) => text.startsWith(`${place.backend}/${place.server} `));
  return Number(line?.split(' ')[6] ?? 0);
}

/** Sends one line and gives all that comes back. The end of our side tells HAProxy to close after its answer. */
function ask(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(new HaproxyError(`HAProxy does not answer on ${path}: ${why}`, { down: true, cause }));
    };
    socket.setEncoding('utf8');
    socket.setTimeout(patience, () => fail(`silent for ${patience / 1000} s`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', (error) => fail(messageOf(error), error));
    socket.on('end', () => resolve(text));
    socket.end(`${line}\n`);
  });
}
