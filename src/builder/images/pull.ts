import { z } from 'zod';
import { saysDiskFull } from '../../base/disk-full.ts';
import { failure } from '../../model/failures.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import { familiarName, type Reference } from './reference.ts';

export type PullAnswer =
  | { readonly kind: 'pulled'; readonly bytes: number }
  /** Nobody answered as a registry does. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** A registry answered, and did not give it. */
  | { readonly kind: 'refused'; readonly reason: string };

const progress = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progressDetail: z.object({ total: z.number().optional() }).optional(),
  error: z.string().optional(),
});

/**
 * Pulls an image. `patience`: milliseconds until the first word must have come; after it, only the signal ends a pull.
 * Throws E_DISK_FULL, DockerError where Docker itself does not answer, and the signal's reason.
 */
export async function pull(
  docker: Docker,
  reference: Reference,
  options: { signal: AbortSignal; patience: number },
): Promise<PullAnswer> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), options.patience);
  const layers = new Map<string, number>();
  let error: string | undefined;
  try {
    await docker.jsonLines('POST', '/images/create', {
      query: {
        fromImage: familiarName({ ...reference, tag: undefined, digest: undefined }),
        tag: reference.digest ?? reference.tag,
      },
      signal: AbortSignal.any([options.signal, silence.signal]),
      onValue: (value) => {
        clearTimeout(timer);
        const line = progress.parse(value);
        if (line.status === 'Downloading' && line.id !== undefined)
          layers.set(line.id, line.progressDetail?.total ?? 0);
        error ??= line.error;
      },
    });
  } catch (thrown) {
    options.signal.throwIfAborted();
    if (silence.signal.aborted)
      return { kind: 'unreachable', reason: `no answer within ${options.patience / 1000} s` };
    if (!(thrown instanceof DockerError) || thrown.status === 0) throw thrown;
    error = thrown.message;
  } finally {
    clearTimeout(timer);
  }
  if (error !== undefined) return classifyPullError(error);
  return { kind: 'pulled', bytes: [...layers.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

const noAnswer = [
  /dial tcp|no such host|server misbehaving|connection (refused|reset)|network is unreachable|no route to host|proxyconnect/,
  /i\/o timeout|handshake|x509|Client\.Timeout|request canceled|deadline exceeded|\bEOF\b|HTTP response to HTTPS client/,
  /unexpected HTTP status: 5\d\d/,
];

/** Tells "nobody answered" from "answered, and did not give it" by the words that Docker passes on from Go's net and http. */
export function classifyPullError(message: string): Exclude<PullAnswer, { kind: 'pulled' }> {
  if (saysDiskFull(message)) throw failure('E_DISK_FULL', `The disk is full: ${message}`);
  return {
    kind: noAnswer.some((pattern) => pattern.test(message)) ? 'unreachable' : 'refused',
    reason: message,
  };
}
