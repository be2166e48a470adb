/**
 * Whether the kernel killed a program of this container for want of memory, from the lines of its log: at the
 * container's own limit, or because the machine (or a group above the container) had no more. Null: no such line.
 *
 *     oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=/docker/ID,task_memcg=/docker/ID,task=node,pid=7,uid=0
 *
 * The line is dump_oom_summary's in mm/oom_kill.c of Linux, since 5.0, for both versions of control groups.
 */
export function oomKillOf(lines: readonly string[], container: string): 'limit' | 'machine' | null {
  const line = lines.findLast(
    (text) => text.includes('oom-kill:') && groupOf(text, 'task').includes(container),
  );
  if (line === undefined) return null;
  const atLimit = line.includes('constraint=CONSTRAINT_MEMCG') && groupOf(line, 'oom').includes(container);
  return atLimit ? 'limit' : 'machine';
}

function groupOf(line: string, of: 'task' | 'oom'): string {
  return new RegExp(`\\b${of}_memcg=([^,]*)`).exec(line)?.[1] ?? '';
}
