import { exec, ExecError } from '../base/exec.ts';
import { systemCode } from '../base/failure.ts';

/** One archive of packages that this machine's apt knows. */
export interface AptSource {
  /** As the archive calls itself: `Debian`, `Ubuntu`, ...; empty where apt never fetched its index. */
  readonly origin: string;
  readonly address: string;
  /** `bookworm`, `bookworm-security`, ... */
  readonly suite: string;
}

/** What apt on this machine fetches from; nothing where the machine has no apt. See apt-get(8), indextargets. */
export async function aptSources(signal: AbortSignal): Promise<AptSource[]> {
  try {
    const { stdout } = await exec(
      'apt-get',
      ['indextargets', '--format', '$(ORIGIN)\t$(REPO_URI)\t$(RELEASE)'],
      { signal },
    );
    return parseIndexTargets(stdout);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ExecError && systemCode(error.cause) === 'ENOENT') return [];
    throw error;
  }
}

/** Reads lines of `ORIGIN tab ADDRESS tab SUITE`; the same source is given once. */
export function parseIndexTargets(text: string): AptSource[] {
  const lines = new Set(text.split('\n').filter((line) => line.trim() !== ''));
  return [...lines].map((line) => {
    const [origin = '', address = '', suite = ''] = line.split('\t');
    return { origin, address: address.replace(/\/+$/, ''), suite };
  });
}

/**
 * For `sh` in a Debian: asks its mirrors and prints what an upgrade would do, for `parseUpgrade`; it fails where one does
 * not answer. Changes the lists of packages only. See apt-get(8), --simulate, and apt.conf's APT::Update::Error-Mode.
 */
export const simulateUpgrade =
  'apt-get update -qq -o APT::Update::Error-Mode=any && apt-get dist-upgrade -qq --simulate';

/** The packages that are upgraded or new in what `apt-get --simulate` prints: `Inst libc6 [2.36-9] (2.36-10 ...)`. */
export function parseUpgrade(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^Inst (\S+) /.exec(line)?.[1] ?? []);
}
