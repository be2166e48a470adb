/** Whether what a program or the kernel says, means that a disk or a quota is full. */
export function saysDiskFull(message: string): boolean {
  return /no space left on device|\bENOSPC\b|disk quota exceeded/i.test(message);
}
