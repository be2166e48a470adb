import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { planLogs, type SizedLog } from '../model/plan-disk.ts';
import { parseFileName } from './kept-file.ts';

/** Removes the oldest of the files of logs, a folder an app, beyond so many bytes; gives how many went. */
export async function trimLogs(folder: string, most: number): Promise<number> {
  const gone = planLogs(await sizedLogs(folder), most);
  for (const { app, name } of gone) await rm(join(folder, app, name), { force: true });
  return gone.length;
}

/** What goes away while it is looked at is left out. */
async function sizedLogs(folder: string): Promise<readonly SizedLog[]> {
  const apps = await readdir(folder).catch(() => []);
  const all = await Promise.all(
    apps.map(async (app) => {
      const names = await readdir(join(folder, app)).catch(() => []);
      return Promise.all(names.map((name) => sizedLog(folder, app, name)));
    }),
  );
  return all.flat(2);
}

async function sizedLog(folder: string, app: string, name: string): Promise<readonly SizedLog[]> {
  const file = parseFileName(name);
  const found = file && (await stat(join(folder, app, name)).catch(() => undefined));
  if (!file || !found) return [];
  return [{ app, name, bytes: found.size, time: file.last ?? file.first, mayGrow: file.last === null }];
}
