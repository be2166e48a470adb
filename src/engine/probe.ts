import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { systemCode, messageOf } from '../base/failure.ts';
import type { HttpProbe } from '../model/check.ts';

/** What one try said: healthy, or why not, as the end of a sentence. */
export type ProbeAnswer = { readonly healthy: true } | { readonly healthy: false; readonly said: string };

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

/** One GET, redirects not followed: healthy below the probe's status, and with its text in the first 64 KB. */
export function tryHttp(target: Target, probe: HttpProbe, options: TryOptions): Promise<ProbeAnswer> {
  return withinTime(target, options, async (signal) => {
    const response = await get(target, probe, signal);
    const status = response.statusCode ?? 0;
    const wanted = probe.content;
    const body = wanted === null || status >= probe.below ? '' : await beginning(response);
    response.destroy();
    if (status >= probe.below)
      return { healthy: false, said: `${place(target)}${probe.path} answered ${status}` };
    if (wanted === null || body.includes(wanted)) return healthy;
    return {
      healthy: false,
      said: `${place(target)}${probe.path} answered ${status} without the text ${JSON.stringify(wanted)}`,
    };
  });
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
    return { healthy: false, said: `no answer on ${place(target)}: ${why}` };
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

function reason(error: unknown): string {
  const code = systemCode(error) ?? '';
  if (code.startsWith('HPE_')) return 'what it sends is not HTTP';
  return reasons[code] ?? messageOf(error);
}
