import { join } from 'node:path';
import { startDetached } from '../base/exec.ts';
import { haproxyArguments } from '../tools/haproxy.ts';
import { routerPaths } from './router-paths.ts';

/**
 * Starts HAProxy under scripts/supervise.sh, which starts it again whenever it ends and outlives this process.
 * Where such a supervisor runs already, another start does nothing. Returns before HAProxy answers.
 */
export function launchBySupervisor(options: {
  /** Folder of supervise.sh and start-router.sh. */
  readonly scripts: string;
  /** The router's folder. */
  readonly folder: string;
  /** Program. */
  readonly haproxy: string;
}): () => Promise<void> {
  const paths = routerPaths(options.folder);
  const program = [join(options.scripts, 'start-router.sh'), paths.requests, options.haproxy];
  const args = [paths.supervisorPidFile, paths.log, ...program, ...haproxyArguments(paths)];
  return async () => {
    startDetached(join(options.scripts, 'supervise.sh'), args, {});
  };
}
