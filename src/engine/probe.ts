import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { systemCode, messageOf } from '../base/failure.ts';
import type { HttpProbe } from '../model/check.ts';

/** What one try said: healthy, or why not, as the end of a sentence and as what was seen. */
export type ProbeAnswer =
  | { readonly healthy: true }
  | { readonly healthy: false; readonly said: string; readonly saw: Saw };

/** Nobody answered; a connection that gave no HTTP answer; an answer that is not healthy. */
export type Saw = 'nothing' | 'connection' | HttpAnswer;

export interface HttpAnswer {
  readonly path: string;
  readonly status: number;
  /** Header of a redirect. */
  readonly location: string | null;
  /** A redirect to the very address that was asked, with nothing that would make the next answer another. */
  readonly endless: boolean;
}

export interface Target {
  readonly address: string;
  readonly port: number;
  /** Host header, unless the probe has one of its own. */
  readonly host: string;
}

export interface TryOptions {
  /** Milliseconds for the whole try. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const healthy: ProbeAnswer = { healthy: true };

/** So much of a body is searched for the text that it must contain. */
const mostBody = 64 * 1024;

/**
 * One GET, redirects not followed: healthy below the probe's status, and with its text in the first 64 KB. A redirect
 * to itself is never healthy.
 */
export function tryHttp(target: Target, probe: HttpProbe, options: TryOptions): Promise<ProbeAnswer> {
  return withinTime(target, options, async (signal) => {
    const response = await get(target, probe, signal);
    const saw = answerOf(response, target, probe);
    const wanted = probe.content;
    const refused = saw.status >= probe.below || saw.endless;
    const body = wanted === null || refused ? '' : await beginning(response);
    response.destroy();
    const said = `${place(target)}${probe.path} answered ${saw.status}`;
    if (refused) return { healthy: false, said: saw.endless ? `${said}, a redirect to itself` : said, saw };
    if (wanted === null || body.includes(wanted)) return healthy;
    return { healthy: false, said: `${said} without the text ${JSON.stringify(wanted)}`, saw };
  });
}

function answerOf(response: IncomingMessage, target: Target, probe: HttpProbe): HttpAnswer {
  const status = response.statusCode ?? 0;
  const { location = null, 'set-cookie': cookies } = response.headers;
  const host = Object.entries(probe.headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
  const asked = `http://${host ?? target.host}${probe.path}`;
  const endless = status >= 300 && status < 400 && !cookies && location !== null && sameUrl(location, asked);
  return { path: probe.path, status, location, endless };
}

function sameUrl(location: string, asked: string): boolean {
  const target = URL.parse(location, asked);
  return target !== null && target.href === URL.parse(asked)?.href;
}

/** Healthy when a TCP connection is accepted. */
export function tryListening(target: Target, options: TryOptions): Promise<ProbeAnswer> {
  return withinTime(target, options, (signal) => {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: target.address, port: target.port, signal });
      socket.on('connect', () => resolve(healthy));
      socket.on('connect', () => socket.destroy());
      socket.on('error', reject);
    });
  });
}

async function withinTime(
  target: Target,
  { timeout, signal }: TryOptions,
  attempt: (signal: AbortSignal) => Promise<ProbeAnswer>,
): Promise<ProbeAnswer> {
  const timer = AbortSignal.timeout(timeout);
  try {
    return await attempt(AbortSignal.any([signal, timer]));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const why = timer.aborted ? `none within ${timeout / 1000} s` : reason(error);
    const saw = isConnected(error) ? 'connection' : 'nothing';
    return { healthy: false, said: `no answer on ${place(target)}: ${why}`, saw };
  }
}

function get(target: Target, probe: HttpProbe, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: target.address,
      port: target.port,
      path: probe.path,
      headers: { Host: target.host, 'User-Agent': 'slipway-check', ...probe.headers },
      agent: false,
      signal,
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= mostBody) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBody);
}

function place({ address, port }: Target): string {
  return `${address}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EHOSTUNREACH: 'not reachable',
  ETIMEDOUT: 'timed out',
};

/** What can only be said of somebody who took the connection. */
function isConnected(error: unknown): boolean {
  const code = systemCode(error) ?? '';
  return code === 'ECONNRESET' || code.startsWith('HPE_');
}

function reason(error: unknown): string {
  const code = systemCode(error) ?? '';
  if (code.startsWith('HPE_')) return 'what it sends is not HTTP';
  return reasons[code] ?? messageOf(error);
}
