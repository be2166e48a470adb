import { readFile } from 'node:fs/promises';

/** Ticks a second that the kernel counts CPU time in, for programs: USER_HZ, 100 on every architecture of Debian. */
const ticks = 100;

/** CPU time that a process has used so far, in seconds: /proc/PID/stat, see proc_pid_stat(5). */
export async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name in parentheses, which may hold spaces, comes field 3; utime and stime are 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Memory of a process in MB (10^6 bytes), pages shared with others counted by its part: PSS. */
export async function pssMegabytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return (Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) * 1024) / 1e6;
}
