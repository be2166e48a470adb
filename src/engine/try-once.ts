import type { Check } from '../model/check.ts';
import type { Candidate } from './wait-healthy.ts';

/** What is wrong with a process by one try of its check, as the end of a sentence; null: it is healthy. */
export async function tryOnce(
  candidate: Pick<Candidate, 'process' | 'attempt'>,
  { probe, timeout }: Check,
  signal: AbortSignal,
): Promise<string | null> {
  const { process } = candidate;
  if (process.state !== 'running') return process.state === 'exited' ? 'it has ended' : 'it is restarting';
  if (probe.kind !== 'uptime') {
    const answer = await candidate.attempt(probe, { timeout, signal });
    return answer.healthy ? null : answer.said;
  }
  const up = Date.now() - process.startedAt;
  return up >= probe.milliseconds ? null : `it is up for ${Math.max(0, up)} ms only`;
}
