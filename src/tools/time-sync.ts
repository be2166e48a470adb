import { ExecError, exec } from '../base/exec.ts';

/** Whether the clock is synchronized, as systemd tells; null on a machine where it does not run. */
export async function isClockSynchronized(): Promise<boolean | null> {
  try {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await exec('timedatectl', args, { timeout: 3000 });
    return stdout.trim() === 'yes';
  } catch (error) {
    if (error instanceof ExecError) return null;
    throw error;
  }
}
