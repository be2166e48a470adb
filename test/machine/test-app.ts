import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const apps = join(import.meta.dirname, '../apps');

/** Files of one of the apps of test/apps: its own beside, and in place of, those that all have in common. */
export async function testApp(name: string): Promise<Record<string, string>> {
  return { ...(await filesOf('common')), ...(await filesOf(name)) };
}

async function filesOf(name: string): Promise<Record<string, string>> {
  const folder = join(apps, name);
  const files: Record<string, string> = {};
  for (const file of await readdir(folder)) files[file] = await readFile(join(folder, file), 'utf8');
  return files;
}
