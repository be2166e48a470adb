import { constants, open, readSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { exec } from '../base/exec.ts';
import { makeFolder } from '../base/files.ts';
import { systemCode } from '../base/failure.ts';
import { lineSplitter } from '../base/line-splitter.ts';
import { parseRequestLine, type RequestLine } from './request-line.ts';

export interface RequestPipe {
  /** Reads no more: what is told from now on waits in the pipe. */
  close(): Promise<void>;
}

/**
 * Reads what the proxies (one, and while it is reloaded several) tell of their answered requests. The pipe is made
 * where it is not there; HAProxy has it open since it was started (scripts/start-router.sh). `onLines` is called for
 * what came together, and is done when it returns: what it has not been given is still in the pipe.
 */
export async function openRequestPipe(
  path: string,
  onLines: (lines: readonly RequestLine[]) => void,
): Promise<RequestPipe> {
  await makePipe(path);
  // With its other end open here as well, it does not end where no HAProxy runs.
  const fd = await promisify(open)(path, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = requestReader(onLines);
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.on('data', (chunk: Buffer) => reader.push(chunk));
  return {
    async close() {
      socket.pause();
      if (reader.isWithinLine()) reader.push(restOfLine(fd));
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.destroy();
      await closed;
    },
  };
}

async function makePipe(path: string): Promise<void> {
  await makeFolder(dirname(path));
  if (await isPipe(path)) return;
  await rm(path, { force: true });
  await exec('mkfifo', ['-m', '600', path]);
}

async function isPipe(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFIFO();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function requestReader(onLines: (lines: readonly RequestLine[]) => void) {
  let lines: RequestLine[] = [];
  let within = false;
  const splitter = lineSplitter((text) => {
    const line = parseRequestLine(text);
    if (line) lines.push(line);
  });
  return {
    push(chunk: Buffer): void {
      splitter.push(chunk.toString('latin1'));
      within = chunk.at(-1) !== newline;
      if (lines.length > 0) onLines(lines);
      lines = [];
    },
    isWithinLine: () => within,
  };
}

const newline = 0x0a;

/** HAProxy writes each line at once, so that the rest of one is there; what is behind it stays. */
function restOfLine(fd: number): Buffer {
  const bytes: Buffer[] = [];
  do bytes.push(nextByte(fd));
  while (bytes.at(-1)?.[0] !== newline);
  return Buffer.concat(bytes);
}

/** A newline where there is none, which HAProxy leaves nobody to see. */
function nextByte(fd: number): Buffer {
  const byte = Buffer.from('\n');
  try {
    readSync(fd, byte);
  } catch (error) {
    if (systemCode(error) !== 'EAGAIN') throw error;
  }
  return byte;
}
