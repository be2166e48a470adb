import { failure } from './failures.ts';
import { parseSize } from './size.ts';

/** What may be taken of a disk, in bytes; null: no bound. */
export interface DiskBudgets {
  readonly images: number | null;
  readonly cache: number | null;
  readonly logs: number | null;
}

const gibibyte = 1024 ** 3;

/** Less cannot be meant: BuildKit takes a bound of 0 for none at all. */
const least = 1024 ** 2;

/** Bytes of `10G`, or of `20%` of a disk; null for `off`: no bound. Throws E_INPUT. */
export function budgetBytes(text: string, diskBytes: number): number | null {
  if (text === 'off') return null;
  const percent = /^(\d{1,2}(?:\.\d{1,2})?) ?%$/.exec(text)?.[1];
  if (percent !== undefined) return Math.floor((Number(percent) / 100) * diskBytes);
  const bytes = parseSize(text);
  if (bytes < least) throw failure('E_INPUT', `${JSON.stringify(text)} is too small: 1M is the least`);
  return bytes;
}

/**
 * Bytes that must be free on a disk before a deploy begins, where nothing else is set: a twentieth of it, from 1 GiB to
 * 5 GiB, and of a small disk a tenth.
 */
export function standardMinFree(diskBytes: number): number {
  const share = Math.min(Math.max(gibibyte, diskBytes / 20), 5 * gibibyte);
  return Math.floor(Math.min(share, diskBytes / 10));
}

/** Bytes of the file that slipwayd gives away to start on a full disk. */
export function reserveBytes(diskBytes: number): number {
  return Math.floor(Math.min(32 * 1024 ** 2, diskBytes / 64));
}
