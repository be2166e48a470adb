import { memoryKills } from '../../tools/kernel-log.ts';

/**
 * Whether the kernel killed a program of this container for want of memory, from the messages of its log: at the
 * container's own limit, or because the machine (or a group above the container) had no more. Null: no such message.
 */
export function oomKillOf(messages: readonly string[], container: string): 'limit' | 'machine' | null {
  const kill = memoryKills(messages).findLast(({ group }) => group.includes(container));
  if (kill === undefined) return null;
  return kill.limitOf?.includes(container) ? 'limit' : 'machine';
}
