import { exec, ExecError } from '../base/exec.ts';

/** A unit could not be started; the message has what systemctl says. */
export class SystemdError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'SystemdError';
  }
}

/** Starts a unit and waits until systemd calls it started; one that runs already is fine. */
export async function startUnit(unit: string): Promise<void> {
  try {
    await exec('systemctl', ['start', unit], { timeout: 30_000 });
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    throw new SystemdError(`systemctl start ${unit}: ${error.result.stderr.trim()}`, error);
  }
}
