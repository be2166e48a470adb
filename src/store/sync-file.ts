import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes what was written to a file survive a loss of power. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder survive a loss of power. */
export function syncFolder(path: string): void {
  syncFile(path);
}
