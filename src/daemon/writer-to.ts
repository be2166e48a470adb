import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { encodeMessage } from '../contract/message.ts';

/** Most bytes that may wait for a reader: an answer of any size fits, a program that prints without end does not. */
const mostWaiting = 64 * 1024 * 1024;

/**
 * Writes to an answer whose reader may be slow. One that does not read at all is cut off, as if it had gone away: else
 * what waits for it would fill the memory of slipwayd.
 */
export function writerTo(response: ServerResponse, most = mostWaiting): (text: string) => void {
  return (text) => {
    if (response.writableLength > most) response.destroy();
    else response.write(text);
  };
}

/** Writes bytes as messages to an answer, and waits until its reader has room for more. Throws where it is gone. */
export function bytesTo(response: ServerResponse, signal: AbortSignal): (chunk: Uint8Array) => Promise<void> {
  return async (chunk) => {
    signal.throwIfAborted();
    const message = encodeMessage({ t: 'bytes', data: Buffer.from(chunk).toString('base64') });
    if (!response.write(message)) await once(response, 'drain', { signal });
  };
}
