import { readFile } from 'node:fs/promises';

/** In bytes. */
export interface MemoryInfo {
  readonly total: number;
  readonly available: number;
  readonly swap: number;
}

/** Memory of this machine: /proc/meminfo, proc(5). */
export async function readMemory(): Promise<MemoryInfo> {
  return parseMemory(await readFile('/proc/meminfo', 'utf8'));
}

/** The same, of the text of the file. */
export function parseMemory(text: string): MemoryInfo {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { total: bytes('MemTotal'), available: bytes('MemAvailable'), swap: bytes('SwapTotal') };
}
