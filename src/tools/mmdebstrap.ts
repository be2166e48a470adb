import { exec, ExecError } from '../base/exec.ts';
import { systemCode } from '../base/failure.ts';

export interface RootFilesystem {
  readonly suite: string;
  /** Lines of sources.list; none: the archives that mmdebstrap knows for the suite. */
  readonly sources: readonly string[];
  /** File with the keys that sign the archives. */
  readonly keyring: string;
  readonly packages: readonly string[];
  /** Lines for dpkg.cfg, which stay in the result. */
  readonly dpkgOptions: readonly string[];
  /** Tar of files that are put over the result, a name in `folder`. */
  readonly overlay: string;
  /** The tar to write, a name in `folder`. */
  readonly target: string;
  /** Everything temporary is kept in here as well. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** The program is not installed. */
export class MmdebstrapMissing extends Error {}

/**
 * Makes a minimal Debian as a tar, as root, from packages whose signatures apt checks; see mmdebstrap(1).
 * It runs in mount and process namespaces of its own: whatever ends it, no mount and no process is left.
 * Throws MmdebstrapMissing, ExecError.
 */
export async function makeRootFilesystem(options: RootFilesystem): Promise<void> {
  const { folder, signal } = options;
  try {
    await exec(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', 'mmdebstrap', ...mmdebstrapArgs(options)],
      {
        cwd: folder,
        env: { ...networkEnv(), TMPDIR: folder },
        signal,
        // unshare(1) holds SIGTERM back while its child lives; when it dies, the kernel ends all that it started.
        killSignal: 'SIGKILL',
        onLine: (line) => {
          const step = progressStep(line);
          if (step !== undefined) options.onStep(step);
        },
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw isMissing(error) ? new MmdebstrapMissing('mmdebstrap is not installed', { cause: error }) : error;
  }
}

export function mmdebstrapArgs(options: Omit<RootFilesystem, 'folder' | 'signal' | 'onStep'>): string[] {
  return [
    '--mode=root',
    '--variant=minbase',
    '--format=tar',
    // Without it the usrmerge package would merge, and pull perl in: 50 MB more.
    '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
    `--include=${['usr-is-merged', ...options.packages].join(',')}`,
    `--keyring=${options.keyring}`,
    ...options.dpkgOptions.map((line) => `--dpkgopt=${line}`),
    // Else it would delete at its end the policy-rc.d that the overlay may bring.
    '--skip=chroot/policy-rc.d',
    `--customize-hook=tar-in ${options.overlay} /`,
    options.suite,
    options.target,
    ...options.sources,
  ];
}

const steps = new Map([
  ['running apt-get update...', 'Reading package lists'],
  ['downloading packages with apt...', 'Downloading packages'],
  ['extracting archives...', 'Unpacking'],
  ['installing essential packages...', 'Installing packages'],
  ['creating tarball...', 'Packing the files'],
]);

/** What a line of mmdebstrap means to a person, where it means something. */
function progressStep(line: string): string | undefined {
  return line.startsWith('I: ') ? steps.get(line.slice('I: '.length)) : undefined;
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof ExecError)) return false;
  return (
    systemCode(error.cause) === 'ENOENT' ||
    /failed to execute mmdebstrap: No such file/.test(error.result.stderr)
  );
}

function networkEnv(): Record<string, string> {
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^(PATH|(https?|no|all)_proxy)$/i.test(name)) env[name] = value;
  }
  return env;
}
