import { type ExecResult, run } from '../../src/base/exec.ts';
import type { Sandbox } from './sandbox.ts';

/** The real psql, as a program of this machine that is no app, asks a server by its address. */
export function psql({ instance }: Sandbox, url: string, sql: string): Promise<ExecResult> {
  const label = `slipway.instance=${instance}`;
  const client = ['psql', url, '-tAc', sql];
  return run('docker', ['run', '--rm', '--network', 'host', '--label', label, 'postgres:15', ...client]);
}
