import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** All files of one of the apps of test/apps, as a repository has them: path -> text. */
export async function appSource(name: string): Promise<Record<string, string>> {
  const folder = join(import.meta.dirname, '../apps', name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}
