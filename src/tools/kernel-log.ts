import { closeSync, constants, openSync, readSync } from 'node:fs';
import { systemCode } from '../base/failure.ts';

/** Longest record that the kernel gives: CONSOLE_EXT_LOG_MAX of Linux. */
const longest = 8192;

/** Records that are read at most: the kernel's buffer has far fewer, but may be written to meanwhile. */
const most = 50_000;

/**
 * The messages that the kernel still keeps, oldest first; none where they may not be read. Of /dev/kmsg each read gives
 * one record, `priority,sequence,time,flags;message` (Documentation/ABI/testing/dev-kmsg of Linux), at once, so that
 * thousands of them are read in some milliseconds where as many promises would take a hundred.
 */
export function readKernelLog(): string[] {
  try {
    const file = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readRecords(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (['ENOENT', 'EPERM', 'EACCES', 'ENODEV'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

function readRecords(file: number): string[] {
  const messages: string[] = [];
  for (let count = 0; count < most; count += 1) {
    const record = nextRecord(file);
    if (record === undefined) break;
    const [line = ''] = record.split('\n', 1);
    messages.push(line.slice(line.indexOf(';') + 1));
  }
  return messages;
}

const buffer = Buffer.alloc(longest);

/** Undefined where there is no further one; empty where records were overwritten before they were read. */
function nextRecord(file: number): string | undefined {
  try {
    const length = readSync(file, buffer, 0, longest, null);
    return length === 0 ? undefined : buffer.toString('utf8', 0, length);
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return undefined;
    if (systemCode(error) === 'EPIPE') return '';
    throw error;
  }
}

/** The kernel ended a program for want of memory. */
export interface MemoryKill {
  /** The control group of the program, such as `/docker/ID`. */
  readonly group: string;
  /** The group whose limit was met; null: the machine itself had no more. */
  readonly limitOf: string | null;
}

/**
 * The programs that the kernel ended for want of memory, from its messages, oldest first:
 *
 *     oom-kill:constraint=CONSTRAINT_MEMCG,...,oom_memcg=/docker/ID,task_memcg=/docker/ID,task=node,pid=7,uid=0
 *
 * The line is dump_oom_summary's in mm/oom_kill.c of Linux, since 5.0, for both versions of control groups.
 */
export function memoryKills(messages: readonly string[]): readonly MemoryKill[] {
  return messages
    .filter((text) => text.includes('oom-kill:'))
    .map((text) => ({
      group: groupOf(text, 'task'),
      limitOf: text.includes('constraint=CONSTRAINT_MEMCG') ? groupOf(text, 'oom') : null,
    }));
}

function groupOf(text: string, of: 'task' | 'oom'): string {
  return new RegExp(`\\b${of}_memcg=([^,]*)`).exec(text)?.[1] ?? '';
}
