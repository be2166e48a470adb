import type { RunningProcess } from '../model/process.ts';
import type { Deps } from './deps.ts';

/** Whether a process was started by a deploy that went well, so that it has passed its check. */
export function isProven(deps: Deps, { deploy }: RunningProcess): boolean {
  return deps.store.deploys.find(deploy)?.state === 'succeeded';
}
