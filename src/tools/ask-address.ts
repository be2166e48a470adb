import { get } from 'node:http';
import { systemCode } from '../base/failure.ts';

export interface Asked {
  readonly address: string;
  readonly port: number;
  /** What the Host header says. */
  readonly host: string;
  readonly path: string;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface Answer {
  readonly status: number;
  /** The first kilobyte of the body. */
  readonly text: string;
  /** Why nobody answered, such as `ECONNREFUSED`; null: somebody did. */
  readonly why: string | null;
}

const longest = 1024;

/** One GET by http to an address, whatever its name; never throws but for the signal. */
export function askAddress(asked: Asked, signal: AbortSignal): Promise<Answer> {
  const { address, port, host, path, timeout } = asked;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : error);
      else
        resolve({
          status: 0,
          text: '',
          why: limit.aborted ? `silent for ${timeout / 1000} s` : (systemCode(error) ?? error.message),
        });
    };
    const headers = { host, 'user-agent': 'slipway' };
    const request = get({ host: address, port, path, headers, agent: false, signal: limit }, (response) => {
      let text = '';
      const end = () =>
        resolve({ status: response.statusCode ?? 0, text: text.slice(0, longest), why: null });
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length <= longest) return;
        end();
        response.destroy();
      });
      response.on('end', end);
      response.on('error', fail);
    });
    request.on('error', fail);
  });
}
