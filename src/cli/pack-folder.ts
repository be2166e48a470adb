import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { exec } from '../base/exec.ts';
import { systemCode } from '../base/failure.ts';
import { failure } from '../model/failures.ts';

/** What no plan looks at, and what may be large. */
const leftOut = ['.git', 'node_modules'];

/**
 * A folder as a tar, of a git checkout without what git ignores, as a push would have it; the stream fails where tar does.
 * Throws E_INPUT where there is no such folder.
 */
export async function packFolder(folder: string): Promise<Readable> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw failure('E_INPUT', `${folder} cannot be read: ${systemCode(cause)}`, { cause });
  });
  if (!found.isDirectory()) throw failure('E_INPUT', `${folder} is no folder`);
  const files = await filesOfCheckout(folder);
  const what = files === undefined ? leftOut.map((name) => `--exclude=${name}`) : ['--null', '-T', '-'];
  const tar = new PassThrough();
  const names = files === undefined ? ['.'] : [];
  const args = ['-C', folder, '-cf', '-', ...what, ...names];
  exec('tar', args, { stdoutTo: tar, ...(files === undefined ? {} : { stdin: files }) }).then(
    () => tar.end(),
    (error: Error) => tar.destroy(error),
  );
  return tar;
}

/** The names that git tracks or would track, each with a NUL behind it; undefined where it is no checkout. */
async function filesOfCheckout(folder: string): Promise<string | undefined> {
  const list = new PassThrough();
  const text = list.setEncoding('utf8').toArray();
  const args = ['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  // Without git it is a folder like any other.
  const isCheckout = await exec('git', args, { stdoutTo: list }).then(
    () => true,
    () => false,
  );
  list.end();
  const names = (await text).join('').split('\0').slice(0, -1);
  const present = names.filter((name) => existsSync(join(folder, name)));
  return isCheckout && present.length > 0 ? present.map((name) => `./${name}\0`).join('') : undefined;
}
