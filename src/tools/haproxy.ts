import { messageOf } from '../base/failure.ts';
import { exec, ExecError, run } from '../base/exec.ts';
import { HaproxyError } from './haproxy-socket.ts';

/** Has HAProxy read a configuration file without using it. Throws HaproxyError with what it complains of. */
export async function checkHaproxyConfig(haproxy: string, path: string): Promise<void> {
  const result = await run(haproxy, ['-c', '-f', path]);
  if (result.code === 0) return;
  throw new HaproxyError(`HAProxy refuses its configuration: ${complaint(result.stderr)}`);
}

/** `2.6.12-1+deb12u4`. Throws HaproxyError where the program is not there. */
export async function haproxyVersion(haproxy: string): Promise<string> {
  try {
    const { stdout } = await exec(haproxy, ['-v']);
    return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw new HaproxyError(messageOf(error), { cause: error });
  }
}

/** Arguments of a HAProxy that runs in the foreground as master with a worker, commanded by the socket of its master. */
export function haproxyArguments(files: {
  readonly config: string;
  readonly masterSocket: string;
  readonly pidFile: string;
}): string[] {
  return ['-W', '-S', `${files.masterSocket},mode,600`, '-f', files.config, '-p', files.pidFile];
}

function complaint(stderr: string): string {
  const alerts = stderr.split('\n').filter((line) => line.startsWith('[ALERT]'));
  return (alerts[0] ?? stderr.trim()).replace(/^\[ALERT\]\s+\(\d+\) : /, '');
}
