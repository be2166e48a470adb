/** A file of an app's log: that of a process that is gone, or some of the router's lines. What it holds is in its name. */
export interface KeptFile {
  readonly name: string;
  /** Times of its first and last line; null: it may still grow. */
  readonly first: string;
  readonly last: string | null;
  /** `web.1`, or `router`. */
  readonly process: string;
  /** What started the process, and the engine's id of it, shortened; null for the router's. */
  readonly of: { readonly deploy: number; readonly id: string } | null;
}

/** What tells processes of one app apart, of the engine's id. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

export function processFileName(file: Omit<KeptFile, 'name'> & Pick<ProcessFile, 'of'>): string {
  return `${file.first}~${file.last}~${file.process}~d${file.of.deploy}~${file.of.id}.log`;
}

type ProcessFile = KeptFile & { readonly of: NonNullable<KeptFile['of']> };

export function routerFileName(first: string): string {
  return `${first}~router.log`;
}

const time = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)`;
const processFile = new RegExp(`^${time}~${time}~([A-Za-z0-9_-]+\\.\\d+)~d(\\d+)~([A-Za-z0-9_-]+)\\.log$`);
const routerFile = new RegExp(`^${time}~router\\.log$`);

/** What a name says; undefined for one that is not ours. */
export function parseFileName(name: string): KeptFile | undefined {
  const [, first, last, process, deploy, id] = processFile.exec(name) ?? [];
  if (first !== undefined && last !== undefined && process !== undefined && id !== undefined)
    return { name, first, last, process, of: { deploy: Number(deploy), id } };
  const since = routerFile.exec(name)?.[1];
  return since === undefined ? undefined : { name, first: since, last: null, process: 'router', of: null };
}

/** Of several files of one process the one with the latest end: the others are of a death between its write and their removal. */
export function withoutReplaced(files: readonly KeptFile[]): readonly KeptFile[] {
  const latest = new Map<string, KeptFile>();
  for (const file of files) {
    if (file.of === null) continue;
    const other = latest.get(file.of.id);
    if (!other || (other.last ?? '') < (file.last ?? '')) latest.set(file.of.id, file);
  }
  return files.filter((file) => file.of === null || latest.get(file.of.id) === file);
}
