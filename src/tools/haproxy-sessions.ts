/**
 * What HAProxy tells of the sessions of a worker. Source: management guide of HAProxy, "show sess"; its text is for
 * people, so whatever does not look as expected is passed over. The samples in the test are of 2.6 and 3.0.
 */

export interface ServerPlace {
  readonly backend: string;
  readonly server: string;
}

export interface WorkerSession extends ServerPlace {
  readonly id: string;
}

/** How far the answer is: none yet, its body is under way, or the connection was handed over to both sides. */
export type SessionStage = 'waiting' | 'answering' | 'tunnel';

export interface StagedSession extends WorkerSession {
  readonly stage: SessionStage;
}

/** From `show sess`, a line a session: those that have a server. */
export function parseSessions(text: string): WorkerSession[] {
  return text.split('\n').flatMap((line) => {
    const [, id, backend, server] = /^(0x[0-9a-f]+): .* be=([^\s<]+) srv=([^\s<]+) /.exec(line) ?? [];
    return id === undefined || backend === undefined || server === undefined ? [] : [{ id, backend, server }];
  });
}

/** From `show sess all`, a paragraph a session: those that have a server. */
export function parseStagedSessions(text: string): StagedSession[] {
  return text.split(/^(?=0x[0-9a-f]+: )/m).flatMap((part) => {
    const [, id] = /^(0x[0-9a-f]+): /.exec(part) ?? [];
    const [, backend] = /^ *backend=([^\s<]+) \(/m.exec(part) ?? [];
    const [, server] = /^ *server=([^\s<]+) \(/m.exec(part) ?? [];
    if (id === undefined || backend === undefined || server === undefined) return [];
    return [{ id, backend, server, stage: stageOf(part) }];
  });
}

/** From the line `txn=0x7fdd status=200 req.st=MSG_DONE rsp.st=MSG_DATA`; what has none is taken for a request. */
function stageOf(part: string): SessionStage {
  const [, status = '', request, response] =
    /^ *txn=.* status=(-?\d+) req\.st=(\S+) rsp\.st=(\S+)/m.exec(part) ?? [];
  if (status === '101' || request === 'MSG_TUNNEL' || response === 'MSG_TUNNEL') return 'tunnel';
  return Number(status) >= 200 ? 'answering' : 'waiting';
}
