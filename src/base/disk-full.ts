import { systemCode } from './failure.ts';

/** Whether the system refused something for want of space on a disk. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
}

/** Whether what a program or the kernel says, means that a disk or a quota is full. */
export function saysDiskFull(message: string): boolean {
  return /no space left on device|\bENOSPC\b|disk quota exceeded/i.test(message);
}
