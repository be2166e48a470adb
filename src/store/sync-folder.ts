import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the names in a folder survive a loss of power. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
